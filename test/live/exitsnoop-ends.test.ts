import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFolder } from './harness/folder.ts';
import { type Death, ends, type Mourner, openMourner } from './harness/mourner.ts';

let mourner: Mourner;
beforeAll(() => {
  mourner = openMourner();
});
afterAll(() => mourner.close());

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
  const tags = plan === 'tp_btf' ? [] : ['anywhere'];
  it('exit codes', async () => {
    const codes = [0, 1, 3, 127, 255, 256, -1];
    const { deaths, seen } = await ends(
      mourner,
      codes.map((code) => ({ code })),
      ['--plan', plan],
    );
    expect(seen).toEqual(deaths.map(about));
    expect(seen.map(({ exit_code }) => exit_code)).toEqual([0, 1, 3, 127, 255, 0, 255]);
    expect(seen.map(({ status }) => status)).toEqual([
      ...['0', 'code 1', 'code 3', 'code 127', 'code 255', '0', 'code 255'],
    ]);
  });

  it('a group that one thread ends, with its code; one row', { tags }, async () => {
    const { deaths, seen } = await ends(mourner, [{ how: 'group', threads: 20, code: 7 }], ['--plan', plan]);
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
  const { deaths, seen } = await ends(
    mourner,
    signals.map(([signal]) => ({ how: 'signal', signal })),
  );
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
  const { deaths, seen } = await ends(mourner, [{ how: 'signal', signal, core: 1, cwd }]);
  expect(seen).toEqual(deaths.map(about));
  const dumped = (deaths[0].status & 0x80) !== 0;
  expect(seen[0].status).toBe(`signal ${signal} (${name})${dumped ? ', core dumped' : ''}`);
  if (existsSync(`${cwd}/core`)) expect(dumped).toBe(true);
});

it('a child of vfork', { tags: 'anywhere' }, async () => {
  const { deaths, seen } = await ends(mourner, [{ how: 'vfork', code: 5 }]);
  expect(seen).toEqual(deaths.map(about));
});

it('a process whose parent has ended has another one by then', { tags: 'anywhere' }, async () => {
  const { deaths, seen } = await ends(mourner, [{ how: 'orphan', code: 7 }]);
  expect(seen).toEqual([
    expect.objectContaining({ exit_code: 0, ppid: mourner.pid }),
    expect.objectContaining({ ...columns(deaths[0]), ppid: mourner.pid, parent_comm: 'mourner' }),
  ]);
});

it('a process in a PID namespace of its own', async () => {
  const { deaths, seen } = await ends(mourner, [{ pidns: 1, code: 2 }]);
  expect(seen).toEqual([expect.objectContaining({ ...columns(deaths[0]), ns_pid: 1 })]);
});
