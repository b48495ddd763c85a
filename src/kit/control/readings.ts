import { setTimeout } from 'node:timers/promises';
import { readClocks } from '../../bpf/clock.ts';
import type { Columns } from '../columns/columns.ts';
import { timeColumn } from '../columns/time.ts';
import type { Run } from '../tool/run.ts';
import type { AnyControl, Counters, Maps, Reading } from './define.ts';

export type AnyCounters = Counters<object, unknown>;

export const countersOf = ({ counters }: AnyControl): AnyCounters | undefined => counters as AnyCounters | undefined;

/** The columns of counters, with the moment of the look. */
export const readingColumns = ({ columns }: AnyCounters, run: Run): Columns<Reading<object>> => ({
  time: timeColumn<Reading<object>>(run),
  ...columns,
});

/** What is read again and again. */
export interface Counted {
  readonly dev: string;
  readonly maps: Maps;
  readonly state: unknown;
}

/**
 * A function that reads all counters, and knows what they were at its last call.
 * @param since when it began, ns since boot: the first rates are those since then
 */
export function reader(counters: AnyCounters, since: number): (all: readonly Counted[]) => readonly Reading<object>[] {
  let before = new Map<string, object>();
  let last = since;
  return (all) => {
    const time = readClocks().boot;
    const seconds = (time - last) / 1e9;
    const known = new Map<string, object>();
    const readings = all.flatMap(({ dev, maps, state }) =>
      counters.read(maps, state).map((now): Reading<object> => {
        const key = `${dev} ${counters.key(now)}`;
        known.set(key, now);
        return { interface: dev, time, now, before: before.get(key), seconds };
      }),
    );
    [before, last] = [known, time];
    return readings;
  };
}

/** Reads once per interval, and once more at the end. @param ms between two looks @param read told whether it is the end */
export async function* everyInterval<R>(
  ms: number,
  signal: AbortSignal,
  read: (end: boolean) => R,
): AsyncGenerator<R, void> {
  while (!signal.aborted) {
    await setTimeout(ms, undefined, { signal }).catch(() => undefined);
    yield read(signal.aborted);
  }
}
