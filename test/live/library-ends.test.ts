import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trace } from '../../src/index.ts';
import { collect, leavesNothing } from './harness/library.ts';
import { expectGone } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { heldBy } from './loader/witness.ts';

let stage: Stage;
let neighbour: Stage;
beforeAll(() => {
  stage = openStage();
  neighbour = openStage();
});
afterAll(() => Promise.all([stage.close(), neighbour.close()]));

const program = (mark: string) => ({ file: '/bin/true', args: ['true', mark] });

describe('a trace ends', () => {
  it('by an AbortSignal, with the events that came before', async () => {
    const abort = new AbortController();
    await leavesNothing(async () => {
      const events = trace('execsnoop', { ppid: stage.pid, signal: abort.signal });
      await events.ready;
      const held = heldBy('self');
      expect(held.length).toBeGreaterThan(3);
      await stage.run(program('before'));
      abort.abort();
      await neighbour.run(program('after'));
      expect((await collect(events)).map(({ args }) => args[1])).toEqual(['before']);
      await expectGone(held);
    });
  });

  it('by a signal that was given before', async () => {
    await leavesNothing(async () => {
      expect(await collect(trace('execsnoop', { ppid: stage.pid, signal: AbortSignal.abort() }))).toEqual([]);
    });
  });

  it('after a time, counted from when everything was attached', async () => {
    await leavesNothing(async () => {
      const events = trace('execsnoop', { ppid: stage.pid, duration: 200 });
      await events.ready;
      const ready = performance.now();
      expect(await collect(events)).toEqual([]);
      expect(performance.now() - ready).toBeGreaterThanOrEqual(199);
    });
  });

  it('by leaving the loop', async () => {
    await leavesNothing(async () => {
      const events = trace('execsnoop', { ppid: stage.pid });
      await events.ready;
      await stage.run(program('one'));
      for await (const { args } of events) {
        expect(args[1]).toBe('one');
        break;
      }
    });
  });

  it.each([
    ['before it is ready', async () => undefined],
    ['when it is ready', (ready: Promise<void>) => ready],
  ])('by its close, without having been iterated, %s', async (_, when) => {
    await leavesNothing(async () => {
      const events = trace('execsnoop', { ppid: stage.pid });
      await when(events.ready);
      await events.close();
      await events.close();
      expect(await collect(events)).toEqual([]);
    });
  });

  it('by its close while a loop waits for events', async () => {
    await leavesNothing(async () => {
      const events = trace('execsnoop', { ppid: stage.pid });
      await events.ready;
      const all = collect(events);
      await stage.run(program('one'));
      await events.close();
      expect((await all).map(({ args }) => args[1])).toEqual(['one']);
    });
  });
});
