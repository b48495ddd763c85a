import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openTicks } from '../../../src/kit/top/ticks.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'hrtime'] }));
afterEach(() => void vi.useRealTimers());

/** When they came, ms. */
function record(interval: number) {
  const end = new AbortController();
  const ticks = openTicks(interval, end.signal);
  const start = performance.now();
  const came: number[] = [];
  const running = (async () => {
    for await (const _ of ticks) came.push(Math.round(performance.now() - start));
  })();
  return { end, ticks, came, running };
}

it('come when they are due, until the end', async () => {
  const { came, end, running } = record(100);
  await vi.advanceTimersByTimeAsync(350);
  expect(came).toEqual([100, 200, 300]);
  end.abort();
  await running;
});

it('another interval counts from the moment of the change', async () => {
  const { came, ticks, end, running } = record(10_000);
  await vi.advanceTimersByTimeAsync(50);
  ticks.every(100);
  await vi.advanceTimersByTimeAsync(250);
  ticks.every(1000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(came).toEqual([150, 250, 1300]);
  end.abort();
  await running;
});
