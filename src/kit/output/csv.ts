import type { NamedColumn, Value } from '../columns/columns.ts';
import { escapeText, joinArgs } from '../text.ts';
import type { RowBytes } from './row-bytes.ts';
import { rowsOf, valueCell } from './row-cells.ts';
import type { Writer } from './writer.ts';

/**
 * CSV after RFC 4180, with the columns' names as header and raw units, as in JSON; null is an empty field and a list
 * is one field of words, in quotes where a word needs them. Two things differ from the RFC, so that every record is
 * one line for every tool: lines end in LF, and control characters are escaped as in the table.
 */
export function csvWriter<E>(columns: readonly NamedColumn<E>[]): Writer<E> {
  const last = columns.length - 1;
  const frame = (i: number) => ({ before: i === 0 ? '' : ',', after: i === last ? '\n' : '' });
  return {
    header: () => `${columns.map(({ name }) => name).join(',')}\n`,
    ...rowsOf(columns.map((column, i) => valueCell(column, frame(i), putField))),
    lost: () => '',
    summary: () => '',
  };
}

function putField(rows: RowBytes, value: Value): void {
  if (value === null) return;
  if (typeof value === 'number') rows.number(value);
  else if (typeof value === 'boolean') rows.ascii(`${value}`);
  else {
    const text = typeof value === 'string' ? escapeText(value) : joinArgs(value);
    rows.text(/[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  }
}
