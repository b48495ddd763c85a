import { type Clock, openClock } from '../../host/clock.ts';

/** One run of a tool. */
export interface Run {
  readonly clock: Clock;
  /** The moment from which everything was attached, ns since boot. */
  readonly start: number;
}

/** A run that has not begun: for looking at a tool's columns only. */
export const idleRun: Run = {
  get clock() {
    return openClock();
  },
  start: 0,
};

/** Something that each run has one of, made when it is asked for first. */
export function perRun<T>(make: () => T): (run: Run) => T {
  const made = new WeakMap<Run, T>();
  return (run) => {
    const one = made.get(run) ?? make();
    made.set(run, one);
    return one;
  };
}
