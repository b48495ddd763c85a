import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFolder } from './harness/folder.ts';
import { type Death, ends, type Mourner, openMourner } from './harness/mourner.ts';
import { observed } from './harness/observe.ts';
import { openStage } from './harness/stage.ts';
import { PATIENCE } from './harness/tool.ts';

let mourner: Mourner;
beforeAll(() => {
  mourner = openMourner();
});
afterAll(() => mourner.close());

const about = ({ pid, status }: Death) => expect.objectContaining({ pid, exit_code: status >> 8, signal: null });

describe('threads', () => {
  it('a process ends with its last thread, not with its first one', async () => {
    const { deaths, seen } = await ends(mourner, [{ how: 'leader', first: 9, code: 4 }]);
    expect(seen).toEqual(deaths.map(about));
    const [{ pid, tid }] = deaths;
    expect(tid).not.toBe(pid);
    // the process's name, which is that of its first thread
    expect(seen).toEqual([expect.objectContaining({ pid, tid, exit_code: 4, comm: 'mourner' })]);
  });

  it('which end one by one: the code is what wait says', { tags: 'anywhere' }, async () => {
    const { deaths, seen } = await ends(mourner, [{ how: 'leader', first: 9, alone: 1, last: 5 }]);
    expect(seen).toEqual(deaths.map(about));
  });

  it('that race to end their process: one row each time', { timeout: PATIENCE, tags: 'anywhere' }, async () => {
    const orders = Array.from({ length: 200 }, (_, code) => ({ how: 'group', threads: 8, busy: 8, code }) as const);
    const { deaths, seen } = await ends(mourner, orders);
    expect(seen).toEqual(deaths.map(about));
  });

  it('of which one is hit by a signal that dumps their core: one row', async () => {
    const orders = Array.from({ length: 10 }, () => ({ how: 'signal', signal: 11, threads: 8, core: 1 }) as const);
    const cwd = testFolder();
    const { deaths, seen } = await ends(
      mourner,
      orders.map((order) => ({ ...order, cwd })),
    );
    const core = ({ status }: Death) => (status & 0x80) !== 0;
    expect(seen).toEqual(
      deaths.map((death) => expect.objectContaining({ pid: death.pid, signal: 'SEGV', core_dumped: core(death) })),
    );
  });

  it('one that calls exec ends the others, but not its process', async () => {
    await using stage = openStage();
    let pid = 0;
    const seen = await observed('exitsnoop', ['-P', `${stage.pid}`], async () => {
      ({ pid } = await stage.run({ file: '/bin/true', args: ['true'], thread: true }));
    });
    expect(seen).toEqual([expect.objectContaining({ pid, tid: pid, comm: 'true', exit_code: 0 })]);
  });

  it.each(['-T', '--threaded', '--per-thread'])('%s: each by itself', { tags: 'anywhere' }, async (option) => {
    const { deaths, seen } = await ends(mourner, [{ how: 'leader', first: 9, code: 4 }], [option]);
    const [{ pid, tid }] = deaths;
    expect(seen).toEqual([
      expect.objectContaining({ pid, tid: pid, exit_code: 9, comm: 'mourner' }),
      expect.objectContaining({ pid, tid, exit_code: 4, comm: 'the-last-one' }),
    ]);
  });

  it('all of a group, once', { tags: 'anywhere' }, async () => {
    const { deaths, seen } = await ends(mourner, [{ how: 'group', threads: 20, code: 7 }], ['-T']);
    expect(new Set(seen.map(({ tid }) => tid)).size).toBe(21);
    expect(seen).toEqual(seen.map(() => expect.objectContaining({ pid: deaths[0].pid, exit_code: 7 })));
    expect(seen).toHaveLength(21);
  });
});
