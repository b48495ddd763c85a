// @module-tag anywhere
import { constants as fs } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { linesOf, observe, recordsOf } from './harness/observe.ts';
import { type Opening, open } from './harness/opens.ts';
import { type Outcome, openStage, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

/** The lines that these options make of some opens. */
async function lines(options: readonly string[], ...openings: readonly Opening[]) {
  const [{ path, directory }] = testCgroup();
  let outcomes: Outcome[] = [];
  const { stdout, bytes } = await observe('opensnoop', ['--cgroup', path, ...options], async () => {
    outcomes = await open(stage, ...openings.map((opening) => ({ ...opening, cgroup: directory })));
  });
  // neither controls but newline, nor what is not UTF-8, nor what a terminal reorders by or hides
  expect(Buffer.from(stdout).equals(bytes)).toBe(true);
  expect(stdout.replaceAll('\n', '').match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u)).toBeNull();
  return { lines: linesOf(stdout), outcomes };
}

describe('columns and heads are those of bcc', () => {
  const flags = fs.O_WRONLY | fs.O_CREAT;
  const openings: Opening[] = [
    { file: 'passwd', cwd: '/etc', uid: 65534 },
    { file: '/etc/none/new', flags, mode: 0o640 },
  ];
  const table = async (...options: readonly string[]) => {
    const { lines: seen, outcomes } = await lines(options, ...openings);
    const [pid, other] = outcomes.map((outcome) => `${outcome.pid}`.padEnd(6));
    return { seen, pid, other, fd: `${outcomes[0].fd}`.padStart(4) };
  };

  it('without options', async () => {
    const { seen, pid, other, fd } = await table();
    expect(seen).toEqual([
      'PID    COMM               FD ERR PATH',
      `${pid} stage            ${fd}   0 passwd`,
      `${other} stage              -1   2 /etc/none/new`,
    ]);
  });

  it('-U -e -F: user id, flags and mode, full path', async () => {
    const { seen, pid, other, fd } = await table('-UeF');
    expect(seen).toEqual([
      'UID    PID    COMM               FD ERR FLAGS              MODE PATH',
      `65534  ${pid} stage            ${fd}   0 O_RDONLY           -    /etc/passwd`,
      `0      ${other} stage              -1   2 O_WRONLY|O_CREAT   0640 /etc/none/new`,
    ]);
  });

  it('--extended_fields is another name of -e', async () => {
    const { seen } = await table('--extended_fields');
    expect(seen[0]).toBe('PID    COMM               FD ERR FLAGS              MODE PATH');
  });

  it('-T: seconds since tracing began', async () => {
    const { seen, pid } = await table('-T');
    expect(seen[0]).toBe('TIME(s)  PID    COMM               FD ERR PATH');
    expect(seen[1]).toMatch(new RegExp(`^\\d+\\.\\d{3} {1,4}${pid} stage `));
  });

  it('-d: the end after so many seconds', async () => {
    const { stderr } = await observe('opensnoop', ['-d', '0.2', '-p', `${process.pid}`], async (tool) => tool.end);
    const [, seconds] = /^opensnoop: \d+ events? in (\d+\.\d) s, none lost$/m.exec(stderr) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(0.2);
  });
});

describe('hostile paths', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const hostile: readonly (readonly [path: Buffer, text: string])[] = [
    [
      bytes('/none\n1234   forged             3   0 /etc/shadow'),
      '/none\\n1234   forged             3   0 /etc/shadow',
    ],
    [bytes('/none\x1b[2J\x1b]0;title\x07'), '/none\\e[2J\\e]0;title\\x07'],
    [bytes('/none\xff\x9b\xc0\xaf'), '/none\\xff\\x9b\\xc0\\xaf'],
    [bytes('/none\xc2\x9b'), '/none\\u{9b}'],
    [Buffer.from('/none\u202eb\u2066c'), '/none\\u{202e}b\\u{2066}c'],
    [Buffer.from('/none/größe/日本語'), '/none/größe/日本語'],
    [Buffer.from(''), ''],
  ];
  const openings = hostile.map(([file]) => ({ file }));

  it('are one line each in the table', async () => {
    const { lines: seen } = await lines(['--columns', 'err,path'], ...openings);
    expect(seen.slice(1)).toEqual(hostile.map(([, text]) => `  2 ${text}`));
  });

  it('are one line each in CSV', async () => {
    const { lines: seen } = await lines(['--csv', '--columns', 'err,path'], ...openings);
    expect(seen.slice(1)).toEqual(hostile.map(([, text]) => `2,${text}`));
  });

  it('are carried by JSON without loss, with their directory as well', async () => {
    const { lines: seen } = await lines(['--json', '--columns', 'path'], ...openings);
    const records = recordsOf(`${seen.join('\n')}\n`).slice(0, -1);
    const carried = records.map(({ path }) =>
      typeof path === 'string' ? Buffer.from(path) : Buffer.from((path as { b64: string }).b64, 'base64'),
    );
    expect(carried).toEqual(hostile.map(([path]) => path));
  });
});
