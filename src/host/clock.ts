/** The clocks at one moment. */
export interface Clocks {
  /** CLOCK_BOOTTIME, ns. */ readonly boot: number /** Microseconds since the epoch. */;
  readonly real: number;
}
export interface Clock {
  /** Microseconds since the epoch of a moment in ns since boot. */
  micros(boot: number): number;
  /** 2026-01-31T12:00:00.123456Z */
  iso(boot: number): string;
  /** Local HH:MM:SS. */
  time(boot: number): string;
}
/** @param read the clocks now; the default needs no native code and is good to 10 ms on machines that were ever suspended */
export declare function openClock(read?: () => Clocks): Clock;
