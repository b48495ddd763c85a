import { monotonic } from '../../host/monotonic.ts';

/** The longest that a timer of Node.js can wait, ms: one that is longer fires at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Calls back after `ms`, and never before: timers of Node.js count from when the event loop's turn began, and loading
 * and attaching is all one turn.
 * @returns a function that gives it up
 */
export function after(ms: number, action: () => void): () => void {
  const due = monotonic() + ms;
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = due - monotonic();
    if (left > 0) timer = setTimeout(wait, Math.min(Math.ceil(left), LONGEST));
    else action();
  };
  wait();
  return () => clearTimeout(timer);
}
