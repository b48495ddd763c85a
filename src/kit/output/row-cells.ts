import type { NamedColumn, Value } from '../columns/columns.ts';
import { RowBytes } from './row-bytes.ts';

/** A part of each row. */
export interface Cell<E> {
  /** What decides about its text: where that is the same as in the row before, its text is, too. */
  key(event: E): Value | undefined;
  /** Writes its text. */
  put(rows: RowBytes, key: Value | undefined, event: E): void;
}

/** Rows of events, all of them in one piece. */
export interface Rows<E> {
  rows(events: readonly E[]): string;
  /** The same as bytes, which change at the next call. */
  bytes(events: readonly E[]): Buffer;
}

/** Never the key of a cell. */
const NONE = Symbol('none');

/**
 * Writes a row of these cells for each event. What is the same as in the row before is copied from there, neighbours
 * together: in a storm that is most of a row.
 */
export function rowsOf<E>(cells: readonly Cell<E>[]): Rows<E> {
  const rows = new RowBytes();
  const keys: (Value | undefined | symbol)[] = cells.map(() => NONE);
  /** Where the cells of the last row end, counted from its beginning. */
  const ends = new Int32Array(cells.length);
  let row = 0;

  const write = (event: E): void => {
    const before = row;
    row = rows.length;
    // what of the row before is still to be copied, and by how much its cells are moved
    let from = 0;
    let to = 0;
    let shift = 0;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i];
      const end = ends[i];
      const key = cell.key(event);
      if (key === keys[i]) {
        to = end;
        ends[i] = end + shift;
        continue;
      }
      keys[i] = key;
      if (from < to) rows.copy(before + from, before + to);
      cell.put(rows, key, event);
      from = end;
      to = end;
      ends[i] = rows.length - row;
      shift = ends[i] - end;
    }
    if (from < to) rows.copy(before + from, before + to);
  };

  const bytes = (events: readonly E[]): Buffer => {
    rows.clear();
    row = 0;
    keys.fill(NONE);
    for (let i = 0; i < events.length; i++) write(events[i]);
    return rows.bytes;
  };
  return { rows: (events) => bytes(events).toString(), bytes };
}

/** What stands around the value of a column, in every row. */
interface Frame {
  readonly before: string;
  readonly after: string;
  /** Around text that the column writes by itself. */
  readonly quote?: string;
}

type PutValue = (rows: RowBytes, value: Value) => void;

/** A cell with the value of a column. */
export function valueCell<E>(
  column: NamedColumn<E>,
  { before, after, quote = '' }: Frame,
  putValue: PutValue,
): Cell<E> {
  const { key, value, put } = column;
  if (key && put) {
    const [start, end] = [before + quote, quote + after].map((text) => Buffer.from(text));
    return {
      key,
      put(rows, _, event) {
        rows.raw(start);
        put(rows, event);
        rows.raw(end);
      },
    };
  }
  const [start, end] = [before, after].map((text) => Buffer.from(text));
  const write = (rows: RowBytes, value: Value): void => {
    rows.raw(start);
    putValue(rows, value);
    rows.raw(end);
  };
  if (key) return { key, put: (rows, _, event) => write(rows, value(event)) };
  return { key: value, put: write as Cell<E>['put'] };
}
