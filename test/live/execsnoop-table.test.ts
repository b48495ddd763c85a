// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, observe } from './harness/observe.ts';
import { type Outcome, openStage, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

/** The head and the one row that these options make of an exec by nobody on CPU 0. */
async function table(...options: readonly string[]) {
  let outcome: Outcome | undefined;
  const { stdout } = await observe('execsnoop', ['-P', `${stage.pid}`, ...options], async () => {
    outcome = await stage.run({ file: '/bin/true', args: ['true', 'a b'], uid: 65534, cpu: 0 });
  });
  const lines = linesOf(stdout);
  expect(lines).toHaveLength(2);
  const [head, row] = lines;
  return { head, row, pid: `${outcome?.pid}`.padEnd(7), ppid: `${stage.pid}`.padEnd(7) };
}

const clock = () => new Date().toTimeString().slice(0, 8);

describe('columns and heads are those of bcc', () => {
  it('without options', async () => {
    const { head, row, pid, ppid } = await table();
    expect(head).toBe('PCOMM            PID     PPID    RET ARGS');
    expect(row).toBe(`true             ${pid} ${ppid}   0 true "a b"`);
  });

  it('-U: the user id comes first', async () => {
    const { head, row, pid, ppid } = await table('-U');
    expect(head).toBe('UID    PCOMM            PID     PPID    RET ARGS');
    expect(row).toBe(`65534  true             ${pid} ${ppid}   0 true "a b"`);
  });

  it("-M: the parent's command is PCOMM then", async () => {
    const { head, row, pid, ppid } = await table('-M');
    expect(head).toBe('COMM             PID     PCOMM            PPID    RET ARGS');
    expect(row).toBe(`true             ${pid} stage            ${ppid}   0 true "a b"`);
  });

  it('-C: the CPU', async () => {
    const { head, row, pid, ppid } = await table('-C');
    expect(head).toBe('PCOMM            PID     PPID    CPU  RET ARGS');
    expect(row).toBe(`true             ${pid} ${ppid} 0      0 true "a b"`);
  });

  it('-T: the local time of day', async () => {
    const before = clock();
    const { head, row, pid } = await table('-T');
    const after = clock();
    expect(head).toBe('TIME     PCOMM            PID     PPID    RET ARGS');
    expect(row.slice(8)).toMatch(new RegExp(`^ true             ${pid} `));
    const time = row.slice(0, 8);
    expect(time).toMatch(/^\d\d:\d\d:\d\d$/);
    const night = after < before;
    expect((time >= before && (night || time <= after)) || (night && time <= after)).toBe(true);
  });

  it('-t: seconds since tracing began', async () => {
    const begun = performance.now();
    const { head, row, pid } = await table('-t');
    expect(head).toBe('TIME(s)  PCOMM            PID     PPID    RET ARGS');
    const [, seconds] = new RegExp(`^(\\d+\\.\\d{3})\\s+true             ${pid} `).exec(row) ?? [];
    expect(row.indexOf('true')).toBe(9);
    expect(Number(seconds)).toBeLessThan((performance.now() - begun) / 1000);
  });

  it('-q: every argument in quotes', async () => {
    const { row } = await table('-q');
    expect(row.slice(row.indexOf('"'))).toBe('"true" "a b"');
  });

  it('all of them, in their order', async () => {
    const { head, row, pid, ppid } = await table('-UCMTtq');
    expect(head).toBe('TIME     TIME(s)  UID    COMM             PID     PCOMM            PPID    CPU  RET ARGS');
    const common = ` 65534  true             ${pid} stage            ${ppid} 0      0 "true" "a b"`;
    expect(row.slice(17)).toBe(common);
  });
});

describe('--columns', () => {
  it('exactly those named, in that order', async () => {
    const { head, row, pid } = await table('--columns', 'args,pid,user');
    expect(head).toBe('ARGS                             PID     USER');
    expect(row).toBe(`true "a b"                       ${pid} nobody`);
  });

  it('more and fewer than usual', async () => {
    const { head, row, pid, ppid } = await table('--columns', '+user,-ret,+tty');
    expect(head).toBe('USER     PCOMM            PID     PPID    TTY      ARGS');
    expect(row).toBe(`nobody   true             ${pid} ${ppid} -        true "a b"`);
  });
});

it('the head is there as soon as everything is attached', async () => {
  const { stdout } = await observe('execsnoop', ['-P', `${stage.pid}`], async (tool) => {
    // a head that waits for the first event would never come
    await tool.stdout.until(/^PCOMM {12}PID {5}PPID {4}RET ARGS\n$/);
  });
  expect(stdout).toBe('PCOMM            PID     PPID    RET ARGS\n');
});
