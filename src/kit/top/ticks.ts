import { monotonic } from '../../host/monotonic.ts';
import { after } from '../stream/deadline.ts';

/** One tick every so often, until the signal that they were opened with. */
export interface Ticks extends AsyncIterable<void> {
  /** From now on, one every `interval` ms. */
  every(interval: number): void;
}

/**
 * One tick every `interval` ms from now on, at the moments that are due: what one of them takes does not delay the next
 * ones, and of those that were missed there is one.
 */
export function openTicks(interval: number, signal: AbortSignal): Ticks {
  let every = interval;
  let start = monotonic();
  let tick = 1;
  let wake = () => {};
  return {
    every(next) {
      every = next;
      start = monotonic();
      tick = 1;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      while (!signal.aborted) {
        const left = start + tick * every - monotonic();
        if (left > 0) {
          const wait = pause(left, signal);
          wake = wait.end;
          await wait.over;
        } else {
          yield;
          tick = Math.max(tick + 1, Math.ceil((monotonic() - start) / every));
        }
      }
    },
  };
}

/** So many ms, or until `end` is called, or the signal comes. */
function pause(ms: number, signal: AbortSignal): { readonly over: Promise<void>; end(): void } {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    let stop = () => {};
    end = () => {
      stop();
      signal.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end);
    stop = after(ms, end);
  });
  return { over, end };
}
