import { monotonic } from '../../host/monotonic.ts';
import type { Losses } from './loss-report.ts';
import type { Begun } from './parts.ts';
import type { Running } from './running.ts';

/** How often losses are looked for while running, ms. */
const LOSS_INTERVAL = 1000;

/** Where events come from. */
export interface Source<E> {
  /** In batches, until there are no more, or after `signal`, with what had happened before it. */
  batches(signal: AbortSignal): AsyncIterable<readonly E[]>;
  /** What was lost so far. */
  losses(): Losses;
  /** Nothing is lost while one waits before the next batch. */
  readonly patient: boolean;
  /** The reader of standard output is gone. */
  readonly hungUp: boolean;
  /** How long it has taken in the end, ms; left out: as long as here. */
  readonly duration?: number;
}

/**
 * Tells the parts of a run what comes from a source that is ready, from the first batch to the end.
 * @returns the exit status
 * @throws KitError what a part has failed with, or the source
 */
export async function runParts<E>(source: Source<E>, running: Running<E>, begun: Begun): Promise<number> {
  running.ready(begun);
  const started = monotonic();
  const sayLosses = () => running.lost(source.losses());
  const watch = setInterval(sayLosses, LOSS_INTERVAL);
  try {
    for await (const batch of source.batches(running.ending)) {
      running.events(batch);
      if (running.stopped) break;
      if (source.patient) await running.settled();
    }
  } finally {
    clearInterval(watch);
  }
  sayLosses();
  const duration = source.duration ?? monotonic() - started;
  return await running.end({ duration, hungUp: source.hungUp });
}
