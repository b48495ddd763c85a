import type { NamedColumn, Value } from '../columns/columns.ts';
import { isBareJson, jsonString } from '../text.ts';
import type { RowBytes } from './row-bytes.ts';
import { rowsOf, valueCell } from './row-cells.ts';
import type { Writer } from './writer.ts';

/** Version of the records: it changes when a reader of the old ones could misunderstand the new ones. */
export const JSON_VERSION = 1;

/** NDJSON: `{"v":1,"type":<type>, …columns in order…}` per event, raw units. */
export function jsonWriter<E>(columns: readonly NamedColumn<E>[], type: string): Writer<E> {
  const start = `{"v":${JSON_VERSION},"type":${JSON.stringify(type)}`;
  const members = columns.map((column, i) => {
    const name = `,${JSON.stringify(column.name)}:`;
    const frame = { before: i === 0 ? start + name : name, after: i === columns.length - 1 ? '}\n' : '', quote: '"' };
    return valueCell(column, frame, putValue);
  });
  return {
    header: () => '',
    ...rowsOf(members),
    lost: (lost) => record({ type: 'lost', lost }),
    summary: (summary) => record({ type: 'summary', ...summary }),
  };
}

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
