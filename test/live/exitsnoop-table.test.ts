// @module-tag anywhere
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Death, exitTable, type Mourner, type Order, openMourner } from './harness/mourner.ts';
import { observe } from './harness/observe.ts';

let mourner: Mourner;
beforeAll(() => {
  mourner = openMourner();
});
afterAll(() => mourner.close());

/** The head and the row of one exit. */
async function table(order: Order, ...options: readonly string[]) {
  let death: Death | undefined;
  const { head, rows } = await exitTable(mourner, options, async () => {
    death = await mourner.child(order);
  });
  expect(rows).toHaveLength(1);
  return { head, row: rows[0], pid: `${death?.pid}`.padEnd(7), ppid: `${mourner.pid}`.padEnd(7) };
}

describe('columns and heads are those of bcc', () => {
  const HEAD = 'PCOMM            PID     PPID    TID     AGE(s)  EXIT_CODE';

  it.each([
    [{}, '0'],
    [{ code: 3 }, 'code 3'],
    [{ how: 'signal', signal: 9 }, 'signal 9 (KILL)'],
  ] as const)('%o', async (order, status) => {
    const { head, row, pid, ppid } = await table(order);
    expect(head).toBe(HEAD);
    expect(row).toBe(`mourner          ${pid} ${ppid} ${pid} 0.00    ${status}`);
  });

  it('the age in seconds', async () => {
    const { row } = await table({ live: 120 });
    expect(row).toMatch(/ 0\.(1[2-9]|[2-9]\d) {4}0$/);
  });

  it.each([
    ['-t', 'TIME        ', () => new Date().toTimeString().slice(0, 8)],
    ['--timestamp', 'TIME        ', () => new Date().toTimeString().slice(0, 8)],
    ['--utc', 'TIME-UTC    ', () => new Date().toISOString().slice(11, 19)],
  ])('%s: the time of day', async (option, title, clock) => {
    const before = clock();
    const { head, row } = await table({}, option);
    const after = clock();
    expect(head).toBe(`${title} ${HEAD}`);
    const [, time] = /^(\d\d:\d\d:\d\d)\.\d{3} mourner /.exec(row) ?? [];
    const night = after < before;
    expect((time >= before && (night || time <= after)) || (night && time <= after)).toBe(true);
  });

  it('--label: a column of its own', async () => {
    const { head, row } = await table({}, '--label', 'build', '--utc');
    expect(head).toBe(`TIME-UTC     LABEL ${HEAD}`);
    expect(row.slice(12)).toMatch(/^ build mourner /);
  });
});

it('-r: CPU time in ms and the peak of memory in MiB', async () => {
  const { head, row } = await table({ ms: 100, touch: 64, code: 1 }, '-r');
  expect(head).toBe('PCOMM            PID     PPID    TID     AGE(s)    CPU(ms)  RSS(MB) EXIT_CODE');
  expect(head.length).toBeLessThanOrEqual(80);
  const [, cpu, memory] = /^mourner .* 0\.\d\d +(\d+\.\d{3}) +(\d+\.\d) code 1$/.exec(row) ?? [];
  expect(Number(cpu)).toBeGreaterThan(80);
  expect(Number(memory)).toBeGreaterThanOrEqual(64);
  expect(Number(memory)).toBeLessThan(80);
});

it('a hostile name is one line', async () => {
  const { row } = await table({ comm: Buffer.from('\x1b[2J\na\xff0 forged', 'latin1') }, '--columns', 'comm,status');
  expect(row).toBe('\\e[2J\\na\\xff0 forged 0');
});

it('a process is shown when it ends, and not when it is waited for', async () => {
  await observe('exitsnoop', ['-P', `${mourner.pid}`, '--columns', 'pid,status'], async ({ stdout }) => {
    const { pid } = await mourner.child({ code: 77, unwaited: 1 });
    await stdout.until(new RegExp(`^${pid} +code 77$`, 'm'));
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
  });
});
