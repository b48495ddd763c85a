import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cgroupId, cgroupOf, millis } from './harness/facts.ts';
import { type Death, exits, type Mourner, type Order, openMourner } from './harness/mourner.ts';

let mourner: Mourner;
beforeAll(() => {
  mourner = openMourner();
});
afterAll(() => mourner.close());

/** Up to a tick of the scheduler's books, and what taking down costs, may be missing of the CPU time, ns. */
const TICK = 20e6;
/** So far, in ms, may the clock of the events be from the wall clock, with which it is compared once a second. */
const DRIFT = 2;

async function one(order: Order) {
  let death: Death | undefined;
  const begun = Date.now();
  const seen = await exits(mourner, [], async () => {
    death = await mourner.child(order);
  });
  expect(seen).toHaveLength(1);
  if (!death) throw new Error('no answer');
  return { death, row: seen[0], begun, ended: Date.now() };
}

it('every column', async () => {
  const { death, row, begun, ended } = await one({ code: 3, live: 20 });
  const cgroup = cgroupOf(mourner.pid);
  expect(row).toEqual({
    v: 1,
    type: 'exit',
    time: expect.any(String),
    elapsed: expect.any(Number),
    label: null,
    uid: 0,
    user: 'root',
    comm: 'mourner',
    pid: death.pid,
    tid: death.pid,
    ns_pid: death.pid,
    parent_comm: 'mourner',
    ppid: mourner.pid,
    cpu: expect.any(Number),
    age: expect.any(Number),
    cpu_time: expect.any(Number),
    user_time: expect.any(Number),
    system_time: expect.any(Number),
    max_rss: death.maxrss,
    tty: null,
    cgroup_id: cgroupId(cgroup),
    cgroup,
    container_id: null,
    exit_code: 3,
    signal: null,
    core_dumped: false,
    status: 'code 3',
  });
  expect(row.cpu).toBeLessThan(availableParallelism());
  expect(row.age).toBeGreaterThan(20e6);
  expect(row.age).toBeLessThan(death.dead - death.born);
  expect(millis(row.time)).toBeGreaterThan(begun - DRIFT);
  expect(millis(row.time)).toBeLessThan(ended + DRIFT);
});

/** The CPU time is what wait4 says, but for the end. */
function expectCpuTime(row: Readonly<Record<string, unknown>>, { user, system }: Death) {
  const [cpu, inUser, inSystem] = [row.cpu_time, row.user_time, row.system_time].map(Number);
  expect(inUser + inSystem).toBe(cpu);
  expect(cpu).toBeLessThanOrEqual(user + system + 1000);
  expect(cpu).toBeGreaterThan(user + system - TICK);
}

describe('CPU time', () => {
  it('of a busy process, mostly in its program', { tags: 'anywhere' }, async () => {
    const { row, death } = await one({ ms: 300 });
    expectCpuTime(row, death);
    expect(row.cpu_time).toBeGreaterThan(300e6 - TICK);
    expect(row.user_time).toBeGreaterThan(row.system_time as number);
  });

  it('of a busy process, mostly in the kernel', async () => {
    const { row, death } = await one({ ms: 300, kernel: 1 });
    expectCpuTime(row, death);
    expect(row.system_time).toBeGreaterThan(row.user_time as number);
  });

  it('of many threads that end together', { tags: 'anywhere' }, async () => {
    const { row, death } = await one({ how: 'group', threads: 4, busy: 3, ms: 100 });
    expectCpuTime(row, death);
    expect(row.cpu_time).toBeGreaterThan(100e6);
  });

  it('of threads that are gone', { tags: 'anywhere' }, async () => {
    const { row, death } = await one({ how: 'leader', ms: 100 });
    expectCpuTime(row, death);
    expect(row.cpu_time).toBeGreaterThan(100e6 - TICK);
  });
});

describe('peak of memory', () => {
  const MiB = 1024 ** 2;
  it('counts what was given back since', { tags: 'anywhere' }, async () => {
    const { row, death } = await one({ touch: 64 });
    expect(row.max_rss).toBe(death.maxrss);
    expect(row.max_rss).toBeGreaterThanOrEqual(64 * MiB);
    expect(row.max_rss).toBeLessThan(80 * MiB);
  });

  it('of many threads', { tags: 'anywhere' }, async () => {
    const { row, death } = await one({ how: 'group', threads: 8, busy: 4, touch: 32 });
    expect(row.max_rss).toBe(death.maxrss);
    expect(row.max_rss).toBeGreaterThanOrEqual(32 * MiB);
  });
});
