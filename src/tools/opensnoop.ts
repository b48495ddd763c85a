import { type Open, opensnoop } from '../gen/opensnoop.ts';
import { flagSet, parseOpenFlags } from '../host/open-flags.ts';
import { openingColumns, resultColumns } from '../kit/columns/open-columns.ts';
import { containerColumn, errorColumn, userColumn, wantsCgroup } from '../kit/columns/task-columns.ts';
import { elapsedColumn, timeColumn, timesShown } from '../kit/columns/time.ts';
import { column, fieldsOf } from '../kit/columns/typed-columns.ts';
import { defineStream } from '../kit/tool/define.ts';
import { flag, option, parsePid, several } from '../kit/tool/options.ts';
import { pidOption, taskTarget, userOptions } from '../kit/tool/task-target.ts';
import { parseRegex } from '../kit/units.ts';

const event = opensnoop.events.open;
const field = fieldsOf(event);

/** In the order of bpf/opensnoop.bpf.c. */
const CALLS = ['open', 'openat', 'openat2', 'creat'] as const;

export default defineStream({
  name: 'opensnoop',
  group: 'files',
  summary: 'files that are opened, and those that could not be',
  object: opensnoop,
  event,
  type: 'open',
  options: {
    // bcc has no time of day here, and -t is the thread
    time: flag('--time', 'show the time of day'),
    timestamp: flag('-T, --timestamp', 'show the seconds since tracing began'),
    printUid: flag('-U, --print-uid', 'show the user id'),
    failed: flag('-x, --failed', 'only opens that failed'),
    ...pidOption,
    tid: option('-t, --tid <tid>', 'only this thread', parsePid),
    ...userOptions,
    name: option('-n, --name <regex>', 'only commands whose name matches', (text) => parseRegex(text, '--name')),
    extendedFields: { ...flag('-e, --extended-fields', 'show flags and mode'), alias: '--extended_fields' },
    flagFilter: several(
      '-f, --flag-filter <flag>',
      'only opens with this flag: O_CREAT; or with any of several',
      parseOpenFlags,
      '--flag_filter',
    ),
    fullPath: flag('-F, --full-path', 'show relative paths behind their directory'),
  },
  shorts: { duration: '-d' },
  columns: (_, run) => ({
    time: timeColumn<Open>(run),
    elapsed: elapsedColumn<Open>(run),
    uid: field('uid', "the process's user id"),
    user: userColumn<Open>(),
    pid: field('pid', 'process id', { width: 6 }),
    tid: field('tid', 'id of the thread that called', { width: 6 }),
    comm: field('comm', "the thread's command name"),
    cgroup_id: field('cgroup_id', 'id of the cgroup (v2): the inode number of its directory'),
    cgroup: field('cgroup', 'path of the cgroup (v2) below its root'),
    container_id: containerColumn<Open>(),
    call: column({
      head: 'CALL',
      width: 7,
      type: 'string',
      doc: `the system call: ${CALLS.join(', ')}`,
      value: (e: Open) => CALLS[e.call],
    }),
    ret: field('ret', 'what the call returned: a descriptor, or a negative errno', { width: 4 }),
    ...resultColumns,
    error: errorColumn<Open>(),
    ...openingColumns,
  }),
  plan: {
    open: {
      tp_btf: ['open_tp_btf'],
      raw_tp: ['open_raw_tp'],
      tracepoint: [
        ...(['enter_openat', 'leave_openat', 'enter_openat2', 'leave_openat2'] as const),
        // arm64 has neither of the old calls
        ...(process.arch === 'x64' ? (['enter_open', 'leave_open', 'enter_creat', 'leave_creat'] as const) : []),
      ],
    },
  },
  setup: (options, wants) => {
    const { bits, accessModes } = flagSet(options.flagFilter ?? []);
    return {
      observe: ['open'],
      constants: {
        failed_only: options.failed,
        target_by_flags: options.flagFilter !== undefined,
        target_flags: bits,
        target_access_modes: accessModes,
        with_directory: wants('full_path'),
        with_file: wants('file'),
        with_cgroup: wantsCgroup(wants),
      },
      targets: [taskTarget(options)],
    };
  },
  defaults: (o) => [
    ...timesShown(o),
    o.printUid && 'uid',
    'pid',
    'comm',
    'fd',
    'err',
    o.extendedFields && 'flags',
    o.extendedFields && 'mode',
    o.fullPath ? 'full_path' : 'path',
  ],
  keep: ({ name }) => name && ((e) => name.test(e.comm)),
  examples: [
    ['opensnoop', 'every open on this machine'],
    ['opensnoop -x -n node', 'what node looks for and does not find'],
    ['opensnoop -f O_WRONLY -f O_RDWR -F', 'files that are opened for writing, with their directories'],
    ['opensnoop --columns +file -p 1234', 'where symbolic links lead one process'],
    ['opensnoop --filter \'error == "EACCES" && path.startsWith("/etc/")\'', 'by any condition'],
  ],
  blindSpots: [
    'Process and thread ids are those of the initial PID namespace.',
    'The path is read when the call returns: another thread may have changed it since the kernel read it.',
    'The directory of a relative path, and the opened file, are looked up when the call returns: another thread may have changed directory, or closed the descriptor, since.',
    'Paths are those inside of the root directory of their process; a directory that was removed has the path that it had; "…" stands for directories that it cannot reach, and for more than 64 names.',
    'Opens that a signal interrupted are shown when the kernel has begun them again, and not at all where the program gets EINTR.',
    'Opens of 32-bit programs, through io_uring, and by the kernel itself (the program that exec loads) are not seen.',
    'User names come from /etc/passwd; a user from elsewhere is shown by number.',
  ],
});
