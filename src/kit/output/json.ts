import type { NamedColumn, Value } from '../columns/columns.ts';
import { isBareJson, jsonString } from '../text.ts';
import type { RowBytes } from './row-bytes.ts';
import { type Cell, constant, rowsOf, valueCell } from './row-cells.ts';
import type { Writer } from './writer.ts';

/** Version of the records: it changes when a reader of the old ones could misunderstand the new ones. */
export const JSON_VERSION = 1;

/** NDJSON: `{"v":1,"type":<type>, …columns in order…}` per event, raw units. */
export function jsonWriter<E>(columns: readonly NamedColumn<E>[], type: string): Writer<E> {
  const start = `{"v":${JSON_VERSION},"type":${JSON.stringify(type)}`;
  return {
    header: () => '',
    ...rowsOf([constant<E>(start), ...columns.map(memberOf), constant<E>('}\n')]),
    lost: (lost) => record({ type: 'lost', lost }),
    summary: (summary) => record({ type: 'summary', ...summary }),
  };
}

/** `,"name":value` */
function memberOf<E>(column: NamedColumn<E>): Cell<E> {
  const name = Buffer.from(`,${JSON.stringify(column.name)}:`);
  const { key, put } = column;
  if (key && put) {
    return {
      key,
      put(rows, _, event) {
        rows.raw(name);
        rows.raw(QUOTE);
        put(rows, event);
        rows.raw(QUOTE);
      },
    };
  }
  return valueCell(column, (rows, value) => {
    rows.raw(name);
    putValue(rows, value);
  });
}

const QUOTE = Buffer.from('"');

/** JSON has no NaN and no infinity: they become null, as JSON.stringify has it. */
function putValue(rows: RowBytes, value: Value): void {
  if (typeof value === 'number' && Number.isFinite(value)) rows.number(value);
  else if (typeof value === 'string' && isBareJson(value)) rows.quoted(value);
  else if (typeof value === 'string') rows.text(jsonString(value));
  else if (typeof value === 'object' && value) rows.text(jsonList(value));
  else rows.ascii(typeof value === 'boolean' ? `${value}` : 'null');
}

function record(fields: Readonly<Record<string, string | number>>): string {
  return `${JSON.stringify({ v: JSON_VERSION, ...fields })}\n`;
}

function jsonList(values: readonly string[]): string {
  return `[${values.map(jsonString).join()}]`;
}
