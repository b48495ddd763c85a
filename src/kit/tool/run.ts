import { type Clock, openClock } from '../../host/clock.ts';

/** One run of a tool. */
export interface Run {
  readonly clock: Clock;
  /** The moment from which everything was attached, ns since boot. */
  readonly start: number;
  /** When it ends, so does what goes on beside it. */
  readonly ended: AbortSignal;
  /** Names of addresses, where nobody is to be asked for them. */
  readonly names?: { nameOf(address: string): string | null };
}

/** A run that has not begun: for looking at a tool's columns only. */
export const idleRun: Run = {
  get clock() {
    return openClock();
  },
  start: 0,
  ended: AbortSignal.abort(),
};

/** Something that each run has one of, made when it is asked for first. */
export function perRun<T>(make: (run: Run) => T): (run: Run) => T {
  const made = new WeakMap<Run, T>();
  return (run) => {
    const one = made.get(run) ?? make(run);
    made.set(run, one);
    return one;
  };
}
