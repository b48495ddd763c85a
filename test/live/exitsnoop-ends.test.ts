import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFolder } from './harness/folder.ts';
import { type Death, exits, type Mourner, type Order, openMourner } from './harness/mourner.ts';
import { PATIENCE } from './harness/tool.ts';

let mourner: Mourner;
beforeAll(() => {
  mourner = openMourner();
});
afterAll(() => mourner.close());

/** What wait(2) says of each of these, and what exitsnoop says meanwhile. */
async function ends(orders: readonly Order[], args: readonly string[] = []) {
  const deaths: Death[] = [];
  const seen = await exits(mourner, args, async () => {
    for (const order of orders) deaths.push(await mourner.child(order));
  });
  return { deaths, seen };
}

/** A wait status in exitsnoop's columns. */
function columns({ pid, status }: Death) {
  const signal = status & 0x7f;
  const [name = null] = Object.entries(constants.signals).find(([, number]) => number === signal) ?? [];
  return {
    pid,
    exit_code: signal ? null : status >> 8,
    signal: name?.slice('SIG'.length) ?? null,
    core_dumped: (status & 0x80) !== 0,
  };
}

const about = (death: Death) => expect.objectContaining(columns(death));

describe.each(['tp_btf', 'raw_tp'])('through %s', (plan) => {
  it('exit codes', async () => {
    const codes = [0, 1, 3, 127, 255, 256, -1];
    const { deaths, seen } = await ends(
      codes.map((code) => ({ code })),
      ['--plan', plan],
    );
    expect(seen).toEqual(deaths.map(about));
    expect(seen.map(({ exit_code }) => exit_code)).toEqual([0, 1, 3, 127, 255, 0, 255]);
    expect(seen.map(({ status }) => status)).toEqual([
      ...['0', 'code 1', 'code 3', 'code 127', 'code 255', '0', 'code 255'],
    ]);
  });

  it('a group that one thread ends, with its code; one row', async () => {
    const { deaths, seen } = await ends([{ how: 'group', threads: 20, code: 7 }], ['--plan', plan]);
    expect(seen).toEqual(deaths.map(about));
    expect(seen).toEqual([expect.objectContaining({ exit_code: 7, comm: 'mourner' })]);
  });
});

/** Numbers of these signals, and what they are called. */
const signals: readonly (readonly [number, string])[] = [
  ...['HUP', 'INT', 'KILL', 'USR1', 'PIPE', 'TERM', 'ALRM', 'IO', 'PWR'].map((name) => [numberOf(name), name] as const),
  ...([
    [34, 'RTMIN'],
    [37, 'RTMIN+3'],
    [64, 'RTMIN+30'],
  ] as const),
];

function numberOf(name: string): number {
  return constants.signals[`SIG${name}` as NodeJS.Signals];
}

it('signals, without a core', async () => {
  const { deaths, seen } = await ends(signals.map(([signal]) => ({ how: 'signal', signal })));
  const expected = signals.map(([signal, name], i) => ({
    pid: deaths[i].pid,
    exit_code: null,
    signal: name,
    core_dumped: false,
    status: `signal ${signal} (${name})`,
  }));
  expect(seen).toEqual(expected.map((event) => expect.objectContaining(event)));
  expect(deaths.map(({ status }) => status)).toEqual(signals.map(([signal]) => signal));
});

it.each(['SEGV', 'ABRT'])('SIG%s, with a core where the kernel dumps one', async (name) => {
  const signal = numberOf(name);
  const cwd = testFolder();
  const { deaths, seen } = await ends([{ how: 'signal', signal, core: 1, cwd }]);
  expect(seen).toEqual(deaths.map(about));
  const dumped = (deaths[0].status & 0x80) !== 0;
  expect(seen[0].status).toBe(`signal ${signal} (${name})${dumped ? ', core dumped' : ''}`);
  if (existsSync(`${cwd}/core`)) expect(dumped).toBe(true);
});

describe('threads', () => {
  it('a process ends with its last thread, not with its first one', async () => {
    const { deaths, seen } = await ends([{ how: 'leader', first: 9, code: 4 }]);
    expect(seen).toEqual(deaths.map(about));
    const [{ pid, tid }] = deaths;
    expect(tid).not.toBe(pid);
    // the process's name, which is that of its first thread
    expect(seen).toEqual([expect.objectContaining({ pid, tid, exit_code: 4, comm: 'mourner' })]);
  });

  it('which end one by one: the code is what wait says', async () => {
    const { deaths, seen } = await ends([{ how: 'leader', first: 9, alone: 1, last: 5 }]);
    expect(seen).toEqual(deaths.map(about));
  });

  it('that race to end their process: one row each time', { timeout: PATIENCE }, async () => {
    const orders = Array.from({ length: 200 }, (_, code) => ({ how: 'group', threads: 8, busy: 8, code }) as const);
    const { deaths, seen } = await ends(orders);
    expect(seen).toEqual(deaths.map(about));
  });

  it.each(['-T', '--threaded', '--per-thread'])('%s: each by itself', async (option) => {
    const { deaths, seen } = await ends([{ how: 'leader', first: 9, code: 4 }], [option]);
    const [{ pid, tid }] = deaths;
    expect(seen).toEqual([
      expect.objectContaining({ pid, tid: pid, exit_code: 9, comm: 'mourner' }),
      expect.objectContaining({ pid, tid, exit_code: 4, comm: 'the-last-one' }),
    ]);
  });

  it('all of a group, once', async () => {
    const { deaths, seen } = await ends([{ how: 'group', threads: 20, code: 7 }], ['-T']);
    expect(new Set(seen.map(({ tid }) => tid)).size).toBe(21);
    expect(seen).toEqual(seen.map(() => expect.objectContaining({ pid: deaths[0].pid, exit_code: 7 })));
    expect(seen).toHaveLength(21);
  });
});

it('a child of vfork', async () => {
  const { deaths, seen } = await ends([{ how: 'vfork', code: 5 }]);
  expect(seen).toEqual(deaths.map(about));
});

it('a process whose parent has ended has another one by then', async () => {
  const { deaths, seen } = await ends([{ how: 'orphan', code: 7 }]);
  expect(seen).toEqual([
    expect.objectContaining({ exit_code: 0, ppid: mourner.pid }),
    expect.objectContaining({ ...columns(deaths[0]), ppid: mourner.pid, parent_comm: 'mourner' }),
  ]);
});

it('a process in a PID namespace of its own', async () => {
  const { deaths, seen } = await ends([{ pidns: 1, code: 2 }]);
  expect(seen).toEqual([expect.objectContaining({ ...columns(deaths[0]), ns_pid: 1 })]);
});

it('10,000 short processes, as fast as they come, are all shown', { timeout: PATIENCE }, async () => {
  const times = 10_000;
  const seen = await exits(mourner, ['--require-complete'], () => mourner.child({ how: 'series', times }));
  expect(seen).toHaveLength(times);
  expect(new Set(seen.map(({ pid, time }) => `${pid} ${time}`)).size).toBe(times);
});
