import type { NamedColumn, Value } from '../columns/columns.ts';
import { jsonString } from '../text.ts';
import type { Writer } from './writer.ts';

/** Version of the records: it changes when a reader of the old ones could misunderstand the new ones. */
export const JSON_VERSION = 1;

/** NDJSON: `{"v":1,"type":<type>, …columns in order…}` per event, raw units. */
export function jsonWriter<E>(columns: readonly NamedColumn<E>[], type: string): Writer<E> {
  const start = `{"v":${JSON_VERSION},"type":${JSON.stringify(type)}`;
  const keys = columns.map(({ name }) => `,${JSON.stringify(name)}:`);
  const values = columns.map(({ value }) => value);

  return {
    header: () => '',
    rows(events) {
      let text = '';
      for (const event of events) {
        text += start;
        for (let i = 0; i < keys.length; i++) text += keys[i] + jsonValue(values[i](event));
        text += '}\n';
      }
      return text;
    },
    lost: (lost) => record({ type: 'lost', lost }),
    summary: (summary) => record({ type: 'summary', ...summary }),
  };
}

function record(fields: Readonly<Record<string, string | number>>): string {
  return `${JSON.stringify({ v: JSON_VERSION, ...fields })}\n`;
}

/** JSON has no NaN and no infinity: they become null, as JSON.stringify has it. */
function jsonValue(value: Value): string {
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value === 'string') return jsonString(value);
  if (value === null || typeof value === 'boolean') return `${value}`;
  return jsonList(value);
}

function jsonList(values: readonly string[]): string {
  if (values.length === 0) return '[]';
  let text = `[${jsonString(values[0])}`;
  for (let i = 1; i < values.length; i++) text += `,${jsonString(values[i])}`;
  return `${text}]`;
}
