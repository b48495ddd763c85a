import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { monotonic } from '../../src/host/monotonic.ts';
import { after } from '../../src/kit/stream/deadline.ts';

vi.mock(import('../../src/host/monotonic.ts'), async (original) => ({
  monotonic: vi.fn((await original()).monotonic),
}));

const DAY = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.mocked(monotonic).mockReset();
  vi.useRealTimers();
});

describe('after', () => {
  it('calls back once, when the time is over', () => {
    const action = vi.fn();
    after(1500, action);
    vi.advanceTimersByTime(1499);
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10_000);
    expect(action).toHaveBeenCalledOnce();
  });

  it('waits on when a timer fires too early', () => {
    const action = vi.fn();
    const now = vi.mocked(monotonic).mockReturnValue(100);
    after(50, action);
    now.mockReturnValue(149.5);
    vi.advanceTimersByTime(50);
    expect(action).not.toHaveBeenCalled();
    now.mockReturnValue(150);
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledOnce();
  });

  it('waits for longer than a timer can', () => {
    const action = vi.fn();
    after(30 * DAY, action);
    vi.advanceTimersByTime(30 * DAY - 1);
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledOnce();
  });

  it('calls back at once when there is nothing to wait for', () => {
    const action = vi.fn();
    after(0, action);
    expect(action).toHaveBeenCalledOnce();
  });

  it.each([1000, Infinity])('of %d ms can be given up', (ms) => {
    const action = vi.fn();
    const stop = after(ms, action);
    vi.advanceTimersByTime(500);
    stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(60 * DAY);
    expect(action).not.toHaveBeenCalled();
  });
});
