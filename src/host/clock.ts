import { readFileSync } from 'node:fs';

/** Both clocks at one moment. */
export interface Clocks {
  /** CLOCK_BOOTTIME, which events carry: ns since boot, time asleep included. */
  readonly boot: number;
  /** CLOCK_REALTIME, the wall clock: µs since the epoch. */
  readonly real: number;
}

/** Tells wall-clock times of moments in ns since boot. */
export interface Clock {
  /** Microseconds since the epoch. */
  micros(boot: number): number;
  /** The second, in UTC: 2026-01-31T12:00:00. @param micros since the epoch */
  isoSecond(micros: number): string;
  /** In UTC: 2026-01-31T12:00:00.123456Z */
  iso(boot: number): string;
  /** HH:MM:SS, local. */
  time(boot: number): string;
  /** Relies on this comparison of the clocks, or on one of now, until there is another one. @returns it */
  hold(clocks?: Clocks): Clocks;
}

/** After how much time of events the clocks are compared anew, ns: the wall clock may have been set since. */
const TRUST = 1e9;

/** @param read the clocks now; the default needs no native code, and is good to 10 ms */
export function openClock(read: () => Clocks = readProc): Clock {
  let compared: Clocks = { boot: -Infinity, real: 0 };
  let trusted = -Infinity;

  const micros = (boot: number): number => {
    if (boot > trusted) {
      compared = read();
      // The event may be a little newer than this comparison.
      trusted = Math.max(compared.boot, boot) + TRUST;
    }
    return compared.real + Math.floor((boot - compared.boot) / 1e3);
  };
  const isoSecond = perSecond((date) => date.toISOString().slice(0, 19));
  const localSecond = perSecond((date) =>
    [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':'),
  );

  return {
    micros,
    isoSecond,
    iso(boot) {
      const now = micros(boot);
      return `${isoSecond(now)}.${`${now % 1e6}`.padStart(6, '0')}Z`;
    },
    time: (boot) => localSecond(micros(boot)),
    hold(clocks = read()) {
      trusted = Infinity;
      compared = clocks;
      return compared;
    },
  };
}

/** Most events share their second with the one before. */
function perSecond(format: (date: Date) => string): (micros: number) => string {
  let second = Number.NaN;
  let text = '';
  return (micros) => {
    const now = Math.floor(micros / 1e6);
    if (now !== second) {
      second = now;
      text = format(new Date(now * 1e3));
    }
    return text;
  };
}

function twoDigits(value: number): string {
  return `${value}`.padStart(2, '0');
}

function readProc(): Clocks {
  const [seconds] = readFileSync('/proc/uptime', 'utf8').split(' ');
  return { boot: Number(seconds) * 1e9, real: Date.now() * 1e3 };
}
