/** Every field of the closing record, and what it means. */
export const summaryFields = {
  events: 'events written; with --count, rows',
  lost: 'events lost: the ring buffer was full, there was no room to count, or the reader of this output was too slow',
  duration_ms: 'milliseconds from the moment everything was attached to the end',
} as const;

/** The closing record of a run. */
export type Summary = Readonly<Record<keyof typeof summaryFields, number>>;

/** Turns events into text, one string per batch. Every string is empty or ends in a newline. */
export interface Writer<E> {
  /** What stands before the first row. */
  header(): string;
  rows(events: readonly E[]): string;
  /** The same as bytes, which change at the next call; left out: there are never so many rows that it would matter. */
  bytes?(events: readonly E[]): Buffer;
  /** The record of `lost` more lost events; empty where the format has no such record. */
  lost(lost: number): string;
  /** The closing record; empty where the format has none. */
  summary(summary: Summary): string;
}

/** Writes nothing. */
export const silentWriter: Writer<unknown> = { header: () => '', rows: () => '', lost: () => '', summary: () => '' };
