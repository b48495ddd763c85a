import { type Exec, execsnoop } from '../gen/execsnoop.ts';
import { errorColumn, placeColumns, taskColumns, wantsCgroup } from '../kit/columns/task-columns.ts';
import { elapsedColumn, timeColumn, timeOptions, timesShown } from '../kit/columns/time.ts';
import { column, fieldsOf } from '../kit/columns/typed-columns.ts';
import { joinArgs, quoteArg } from '../kit/text.ts';
import { defineStream } from '../kit/tool/define.ts';
import { flag, option, setting } from '../kit/tool/options.ts';
import { longPidOption, parentOption, parentTarget, taskTarget, userOptions } from '../kit/tool/task-target.ts';
import { parseBytes, parseCount, parseRegex } from '../kit/units.ts';

const event = execsnoop.events.exec;
const field = fieldsOf(event);
const task = taskColumns(event, { tid: 'id of the thread that called exec' });

/** The command line as typed; of a failed exec with the path that was tried, which argv[0] need not tell. */
const commandLine = (e: Exec) => (e.ret < 0 ? [e.filename, ...e.args.slice(1)] : e.args);

interface Shown {
  readonly quote: boolean;
  readonly maxArgs?: number;
}

const isCut = (e: Exec, { maxArgs = Infinity }: Shown) => e.args_truncated || e.args.length > maxArgs;

function argsText(e: Exec, shown: Shown): string {
  const args = commandLine(e).slice(0, shown.maxArgs);
  const text = shown.quote ? args.map(quoteArg).join(' ') : joinArgs(args);
  return isCut(e, shown) ? `${text}…` : text;
}

export default defineStream({
  name: 'execsnoop',
  group: 'processes',
  summary: 'new programs, with their whole command line',
  object: execsnoop,
  event,
  type: 'exec',
  options: {
    ...timeOptions,
    fails: flag('-x, --fails', 'also show execs that failed'),
    ...userOptions,
    quote: flag('-q, --quote', 'put every argument in double quotes'),
    name: option('-n, --name <regex>', 'only commands whose name matches', (text) => parseRegex(text, '--name')),
    line: option('-l, --line <regex>', 'only commands whose arguments match', (text) => parseRegex(text, '--line')),
    printUid: flag('-U, --print-uid', 'show the user id'),
    printCpu: flag('-C, --print-cpu', 'show the CPU'),
    printPcomm: flag('-M, --print-pcomm', "show the parent's command"),
    ppid: { ...parentOption.ppid, alias: '-p' },
    ...longPidOption,
    maxArgs: option('--max-args <n>', 'show at most this many arguments (default: all)', (text) =>
      parseCount(text, '--max-args', { min: 1 }),
    ),
    maxArgsBytes: setting(
      '--max-args-bytes <bytes>',
      'collect at most this much of a command line, up to 32K (default: 8K)',
      (text) => parseBytes(text, '--max-args-bytes', { min: 1, max: 32768 }),
      8192,
    ),
  },
  columns: (options, run) => ({
    time: timeColumn<Exec>(run),
    elapsed: elapsedColumn<Exec>(run),
    ...task,
    comm: { ...task.comm, doc: "the process's command name; of a failed exec, the caller's" },
    ret: field('ret', 'what the call returned: 0, or a negative errno'),
    error: errorColumn<Exec>(),
    exe: column({
      head: 'EXE',
      width: 24,
      type: 'string',
      doc: 'path of the program that runs; of a failed exec, as it was asked for',
      value: (e: Exec) => (e.ret < 0 ? e.filename : e.exe),
    }),
    cwd: field('cwd', 'current directory', { width: 24 }),
    ...placeColumns(event),
    args_truncated: column({
      head: 'CUT',
      width: 5,
      type: 'bool',
      doc: 'whether the command line is longer than what is shown',
      value: (e: Exec) => isCut(e, options),
    }),
    args: column({
      head: 'ARGS',
      width: 32,
      type: 'strings',
      doc: 'the command line; in the table, a failed one begins with the path that was tried',
      value: (e: Exec) => e.args.slice(0, options.maxArgs),
      text: (_, e) => argsText(e, options),
    }),
  }),
  plan: {
    exec: { tp_btf: ['exec_tp_btf'], raw_tp: ['exec_raw_tp'] },
    failed: {
      raw_tp: ['failed_raw_tp'],
      tracepoint: ['enter_execve', 'enter_execveat', 'leave_execve', 'leave_execveat'],
    },
  },
  setup: (options, wants) => ({
    observe: options.fails ? ['exec', 'failed'] : ['exec'],
    constants: {
      args_bytes: options.maxArgsBytes,
      with_paths: wants('exe') || wants('cwd'),
      with_cgroup: wantsCgroup(wants),
    },
    targets: [taskTarget(options), parentTarget(options)],
  }),
  defaults: (o) => [
    ...timesShown(o),
    o.printUid && 'uid',
    'comm',
    'pid',
    o.printPcomm && 'parent_comm',
    'ppid',
    o.printCpu && 'cpu',
    'ret',
    'args',
  ],
  // bcc's heads: PCOMM is the command itself, but the parent's where both are shown
  heads: (shown): Record<string, string> => (shown.has('parent_comm') ? { comm: 'COMM', parent_comm: 'PCOMM' } : {}),
  keep: ({ name, line }) => {
    if (!name && !line) return undefined;
    return (e) => (!name || name.test(e.comm)) && (!line || line.test(commandLine(e).join(' ')));
  },
  examples: [
    ['execsnoop', 'every new program on this machine'],
    ['execsnoop -x -T', 'failed ones too, with the time'],
    ['execsnoop -n "^(curl|wget)$" --json', 'downloads, as JSON for a script'],
    ['execsnoop --columns +user,+cwd,-ret', 'who ran it, and where'],
    ['execsnoop --filter \'uid == 0 && args.exists(a, a == "--force")\'', 'by any condition'],
    ['execsnoop --cgroup /system.slice/cron.service --duration 1h', 'what one service starts, for an hour'],
  ],
  blindSpots: [
    "Process ids, also that of -P, are those of the initial PID namespace; ns_pid is the process's own.",
    'A process that only forks, without exec, starts no new program and is not shown.',
    'An exec that kills its process after the old program is gone (a corrupt binary) is not shown.',
    'Failed execs (-x): those of 32-bit programs are not seen; beyond 512 arguments the rest is cut; arguments that the caller has not touched yet may be unreadable, which is marked as a cut.',
    'User names come from /etc/passwd; a user from elsewhere is shown by number.',
  ],
});
