import { monotonic } from '../host/monotonic.ts';
import { Field, openMailbox, readU64 } from './mailbox.ts';

/**
 * The two clocks at one moment: `boot` in nanoseconds since boot with time asleep (CLOCK_BOOTTIME, that of events),
 * `real` in microseconds since the epoch.
 */
export function readClocks(): { boot: number; real: number } {
  const { native, head } = openMailbox();
  native.kit_clocks();
  return { boot: readU64(head, Field.boot), real: readU64(head, Field.real) };
}

/** How long the machine has slept since boot, ns: by so much is CLOCK_BOOTTIME ahead of CLOCK_MONOTONIC. */
export const timeAsleep = (): number => readClocks().boot - monotonic() * 1e6;
