import { describe, expect, it } from 'vitest';
import { tools } from '../../src/gen/index.ts';
import { run } from './harness/tool.ts';

const columns =
  'time, elapsed, uid, user, comm, pid, tid, ns_pid, parent_comm, ppid, cpu, ret, error, exe, cwd, tty, cgroup_id, cgroup, container_id, args_truncated, args';
const signs = 'write "a,b" for exactly these columns, or "+a,-b" to add to and take from the usual ones';

/** What is wrong with execsnoop's options, and all that is said about it. */
const wrong: readonly (readonly [args: readonly string[], ...lines: readonly string[]])[] = [
  [['--colums', 'pid'], "unknown option '--colums' (Did you mean --columns?)"],
  [['-Z'], "unknown option '-Z'"],
  [['-u'], "option '-u, --uid <user>' argument missing"],
  [['word'], "too many arguments for 'execsnoop'. Expected 0 arguments but got 1."],
  [['--columns', 'pidd'], 'columns: unknown column "pidd" (did you mean "pid"?)', `columns: ${columns}`],
  [['--columns', 'pid,+args'], 'columns: "pid,+args" mixes names with and without a sign', signs],
  [['--columns', '-comm,-pid,-ppid,-ret,-args'], 'columns: none is left', signs],
  [['--filter', ''], 'filter: the expression is empty'],
  [
    ['--filter', 'pid = 1'],
    'filter: unexpected character: = at column 5 (write == to compare)',
    '  pid = 1',
    '      ^',
  ],
  [['--filter', 'pid == '], 'filter: the expression ends too early at column 8', '  pid == ', '         ^'],
  [['--filter', 'pdi == 1'], 'filter: unknown variable "pdi" at column 1 (did you mean "pid"?)', '  pdi == 1', '  ^^^'],
  [['--filter', 'pid'], 'filter: the expression is int, not bool', '  pid'],
  [
    ['--filter', 'comm.matches("(")'],
    'filter: regular expression does not compile: unterminated group at column 14',
    '  comm.matches("(")',
    '               ^^^',
  ],
  [['-n', '('], '--name: "(" is no regular expression: unterminated group'],
  [['-l', '['], '--line: "[" is no regular expression: unterminated character class'],
  [['-u', 'no-such-user'], 'no user "no-such-user" on this machine'],
  [['-u', '4294967295'], 'user id 4294967295 is too large', 'user ids end at 4294967294'],
  [['--ring-size', '5000'], '--ring-size: 5000 is not a power of two', 'the nearest are 4096 and 8192'],
  [['--ring-size', '1K'], '--ring-size: "1K" is less than 4K'],
  [['--ring-size', '2G'], '--ring-size: "2G" is more than 1G'],
  [['--ring-size', 'large'], '--ring-size: "large" is no amount of bytes', 'write for example 65536, 512K or 16M'],
  [['--max-args-bytes', '33K'], '--max-args-bytes: "33K" is more than 32K'],
  [['--max-args', '0'], '--max-args: "0" is less than 1'],
  [['--max-events', '1.5'], '--max-events: "1.5" is no whole number'],
  [['--max-events', '0'], '--max-events: "0" is less than 1'],
  [['--duration', 'long'], '--duration: "long" is no duration', 'write for example 500ms, 10s, 1.5m or 2h'],
  [['-P', '0'], 'process id: "0" is less than 1'],
  [['-p', 'init'], 'process id: "init" is no whole number'],
  [['--ready-fd', '77'], '--ready-fd: 77 is not an open file descriptor', 'open it in the shell: 77>ready'],
  [['--plan', 'kprobe'], 'unknown plan "kprobe"', 'plans here: tp_btf, raw_tp'],
  [['-x', '--plan', 'kprobe'], 'unknown plan "kprobe"', 'plans here: tp_btf, raw_tp, tracepoint'],
  [['--json', '--csv'], '--json and --csv exclude each other'],
  [['-n', '\x1b[31m('], '--name: "\\e[31m(" is no regular expression: unterminated character class'],
];

describe('wrong options of a tool: a clear line, status 2, and nothing on standard output', () => {
  it.each(wrong)('%j', async (args, ...lines) => {
    const { status, stdout, stderr } = await run(['execsnoop', ...args]);
    expect(stderr).toBe(lines.map((line) => `execsnoop: ${line}\n`).join(''));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('a cgroup that is not there', async () => {
    const { status, stderr } = await run(['execsnoop', '--cgroup', '/no/such']);
    expect(stderr).toMatch(
      /^execsnoop: no cgroup "\/no\/such"\nexecsnoop: the cgroups of this machine are the directories in \/.*\n$/,
    );
    expect(status).toBe(2);
  });
});

describe('wrong commands', () => {
  const names = tools.map(({ name }) => name).join(', ');

  it.each([
    [['execsnop'], "unknown command 'execsnop' (Did you mean execsnoop?)"],
    [['execsnop', '--help'], "unknown command 'execsnop' (Did you mean execsnoop?)"],
    [['help', 'execsnop'], "unknown command 'execsnop' (Did you mean execsnoop?)"],
    [['--bogus'], "unknown option '--bogus'"],
    [['schema'], "missing required argument 'tool'"],
    [['schema', 'x'], `command-argument value 'x' is invalid for argument 'tool'. Allowed choices are ${names}.`],
    [['list', 'x'], "too many arguments for 'list'. Expected 0 arguments but got 1."],
    [['doctor', '--csv'], "unknown option '--csv'"],
  ])('%j', async (args, line) => {
    const { status, stdout, stderr } = await run(args);
    expect(stderr).toBe(`ebpf-kit: ${line}\n`);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
