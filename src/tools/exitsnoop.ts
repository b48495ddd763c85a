import { type Exit, exitsnoop } from '../gen/exitsnoop.ts';
import { pageSize } from '../host/page-size.ts';
import { cpuTimeColumns } from '../kit/columns/cpu-time-columns.ts';
import { exitColumns } from '../kit/columns/exit-columns.ts';
import { placeColumns, taskColumns, wantsCgroup } from '../kit/columns/task-columns.ts';
import { elapsedColumn, preciseTimeColumn } from '../kit/columns/time.ts';
import { column, fieldsOf } from '../kit/columns/typed-columns.ts';
import { defineStream } from '../kit/tool/define.ts';
import { flag, option } from '../kit/tool/options.ts';
import { parentOption, parentTarget, pidOption, taskTarget, userOptions } from '../kit/tool/task-target.ts';
import { parseRegex } from '../kit/units.ts';

const event = exitsnoop.events.exit;
const field = fieldsOf(event);
const { status, ...ends } = exitColumns;

export default defineStream({
  name: 'exitsnoop',
  group: 'processes',
  summary: 'processes that end, how, and what they have cost',
  object: exitsnoop,
  event,
  type: 'exit',
  options: {
    timestamp: flag('-t, --timestamp', 'show the time of day, to the millisecond'),
    utc: flag('--utc', 'show it in UTC'),
    failed: flag('-x, --failed', 'only those that failed: by a signal, or with another code than 0'),
    threaded: { ...flag('-T, --threaded', 'each thread by itself'), alias: '--per-thread' },
    resources: flag('-r, --resources', 'show CPU time and peak memory'),
    label: option('--label <text>', 'begin each row with this label', String),
    name: option('-n, --name <regex>', 'only commands whose name matches', (text) => parseRegex(text, '--name')),
    ...pidOption,
    ...parentOption,
    ...userOptions,
  },
  columns: (options, run) => ({
    time: preciseTimeColumn<Exit>(run, options),
    elapsed: elapsedColumn<Exit>(run),
    label: column({
      head: 'LABEL',
      width: 5,
      type: 'string',
      nullable: true,
      doc: 'the text of --label',
      value: (_: Exit) => options.label ?? null,
    }),
    ...taskColumns(event, { tid: 'id of the thread that ended last' }),
    age: field('age', 'time from the start to the end, ns', {
      head: 'AGE(s)',
      width: 7,
      align: 'left',
      text: (age) => (Number(age) / 1e9).toFixed(2),
    }),
    ...cpuTimeColumns,
    max_rss: field('max_rss', 'most memory that was resident at once, bytes', {
      head: 'RSS(MB)',
      text: (bytes) => (Number(bytes) / 1024 ** 2).toFixed(1),
    }),
    ...placeColumns(event),
    ...ends,
    status,
  }),
  plan: { exit: { tp_btf: ['exit_tp_btf'], raw_tp: ['exit_raw_tp'] } },
  setup: (options, wants) => ({
    observe: ['exit'],
    constants: {
      per_thread: options.threaded,
      only_failed: options.failed,
      page_size: pageSize(),
      with_cgroup: wantsCgroup(wants),
    },
    targets: [taskTarget(options), parentTarget(options)],
  }),
  defaults: (o) => [
    (o.timestamp || o.utc) && 'time',
    o.label !== undefined && 'label',
    'comm',
    'pid',
    'ppid',
    'tid',
    'age',
    o.resources && 'cpu_time',
    o.resources && 'max_rss',
    'status',
  ],
  keep: ({ name }) => name && ((e) => name.test(e.comm)),
  examples: [
    ['exitsnoop', 'every process that ends on this machine'],
    ['exitsnoop -x -t', 'those that failed, with the time'],
    ['exitsnoop -r --cgroup /system.slice/cron.service', 'what the processes of one service have cost'],
    ['exitsnoop --filter \'signal == "SEGV" || core_dumped\'', 'crashes'],
    ["exitsnoop --filter 'max_rss > 1073741824' --json", 'processes that have used more than 1 GiB'],
    ['exitsnoop -T -p 1234', 'the threads of one process'],
  ],
  blindSpots: [
    "Process ids, also those of -p and -P, are those of the initial PID namespace; ns_pid is the process's own.",
    'What a process uses while the kernel takes it down does not count, nor does CPU time that the scheduler has not booked yet: at most one tick of the timer (1 to 10 ms).',
    'The peak of memory is that of getrusage(2): it includes what the process had before exec, and a process made by vfork (most spawned ones) had the memory of its parent until then.',
    'Of threads that exit together with their process, the CPU time of one that is being taken down in that very moment may be missing, and of those beyond 256.',
    'Kernel threads have no exit code: it is shown as 0.',
    'User names come from /etc/passwd; a user from elsewhere is shown by number.',
  ],
});
