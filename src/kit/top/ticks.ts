import { monotonic } from '../../host/monotonic.ts';
import { after } from '../stream/deadline.ts';

/**
 * One tick every `interval` ms from now on, at the moments that are due: what one of them takes does not delay the next
 * ones, and of those that were missed there is one. Ends with `signal`.
 */
export async function* ticks(interval: number, signal: AbortSignal): AsyncGenerator<void, void> {
  const start = monotonic();
  for (let tick = 1; !signal.aborted; ) {
    await until(start + tick * interval, signal);
    if (signal.aborted) return;
    yield;
    tick = Math.max(tick + 1, Math.ceil((monotonic() - start) / interval));
  }
}

function until(due: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      stop();
      signal.removeEventListener('abort', end);
      resolve();
    };
    let stop = () => {};
    signal.addEventListener('abort', end);
    stop = after(Math.max(0, due - monotonic()), end);
  });
}
