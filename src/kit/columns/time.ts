import type { RowBytes } from '../output/row-bytes.ts';
import { flag, type OptionsOf } from '../tool/options.ts';
import type { Run } from '../tool/run.ts';
import type { Column } from './columns.ts';

/** bcc's options that show when events happened. */
export const timeOptions = {
  time: flag('-T, --time', 'show the time of day'),
  timestamp: flag('-t, --timestamp', 'show the seconds since tracing began'),
};

/** The columns that these options show, first in the row. */
export const timesShown = (options: OptionsOf<typeof timeOptions>) =>
  [options.time && 'time', options.timestamp && 'elapsed'] as const;

/** The same for tools whose rows, as bcc's, have the time of day unless something else is asked for. */
export const timeAlways = ({ time, timestamp }: OptionsOf<typeof timeOptions>) =>
  timesShown({ time: time || !timestamp, timestamp });

const ZULU = Buffer.from('Z');

/** When it happened: local wall-clock time in the table, RFC 3339 in UTC everywhere else. */
export function timeColumn<E extends { readonly time: number }>(run: Run) {
  // most events share their second with the one before
  let second = '';
  let bytes = Buffer.alloc(0);
  return {
    head: 'TIME',
    width: 8,
    align: 'left',
    type: 'string',
    doc: 'when it happened: HH:MM:SS, or RFC 3339 with microseconds in --json and --csv',
    key: (event: E) => event.time,
    value: (event: E) => run.clock.iso(event.time),
    put(rows: RowBytes, event: E) {
      const micros = run.clock.micros(event.time);
      const now = run.clock.isoSecond(micros);
      if (now !== second) bytes = Buffer.from(`${now}.`);
      second = now;
      rows.raw(bytes);
      rows.digits(micros % 1e6, 6);
      rows.raw(ZULU);
    },
    text: (_, event: E) => run.clock.time(event.time),
  } satisfies Column<E>;
}

/** When it happened, to the millisecond: in the table the local time of day, or that of UTC. */
export function preciseTimeColumn<E extends { readonly time: number }>(run: Run, { utc }: { readonly utc: boolean }) {
  const second = (event: E) => (utc ? run.clock.iso(event.time).slice(11, 19) : run.clock.time(event.time));
  return {
    ...timeColumn<E>(run),
    head: utc ? 'TIME-UTC' : 'TIME',
    width: 12,
    doc: 'when it happened: HH:MM:SS.sss, or RFC 3339 with microseconds in --json and --csv',
    text: (_, event: E) => `${second(event)}${run.clock.iso(event.time).slice(19, 23)}`,
  } satisfies Column<E>;
}

/** When it happened, counted from the moment when everything was attached. */
export function elapsedColumn<E extends { readonly time: number }>(run: Run) {
  return {
    head: 'TIME(s)',
    width: 8,
    align: 'left',
    type: 'float',
    doc: 'seconds since tracing began',
    value: (event: E) => (event.time - run.start) / 1e9,
    text: (_, event: E) => ((event.time - run.start) / 1e9).toFixed(3),
  } satisfies Column<E>;
}
