import type { NamedColumn, Value } from '../columns/columns.ts';
import { escapeText, joinArgs } from '../text.ts';
import type { RowBytes } from './row-bytes.ts';
import { type Cell, constant, rowsOf, valueCell } from './row-cells.ts';
import type { Writer } from './writer.ts';

/**
 * CSV after RFC 4180, with the columns' names as header and raw units, as in JSON; null is an empty field and a list
 * is one field of words, in quotes where a word needs them. Two things differ from the RFC, so that every record is
 * one line for every tool: lines end in LF, and control characters are escaped as in the table.
 */
export function csvWriter<E>(columns: readonly NamedColumn<E>[]): Writer<E> {
  const fields = columns.flatMap((column, i) => (i === 0 ? [fieldOf(column)] : [constant<E>(','), fieldOf(column)]));
  return {
    header: () => `${columns.map(({ name }) => name).join(',')}\n`,
    ...rowsOf([...fields, constant<E>('\n')]),
    lost: () => '',
    summary: () => '',
  };
}

function fieldOf<E>(column: NamedColumn<E>): Cell<E> {
  const { key, put } = column;
  if (key && put) return { key, put: (rows, _, event) => put(rows, event) };
  return valueCell(column, putField);
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
