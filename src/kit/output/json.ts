import type { NamedColumn, Value } from '../columns/columns.ts';
import { jsonString } from '../text.ts';
import type { Writer } from './writer.ts';

/** Version of the records: it changes when a reader of the old ones could misunderstand the new ones. */
export const JSON_VERSION = 1;

/** NDJSON: `{"v":1,"type":<type>, …columns in order…}` per event, raw units. */
export function jsonWriter<E>(columns: readonly NamedColumn<E>[], type: string): Writer<E> {
  const start = `{"v":${JSON_VERSION},"type":${JSON.stringify(type)}`;
  const groups: ((event: E) => string)[] = [];
  for (let i = 0; i < columns.length; i += GROUP) groups.push(groupText(columns.slice(i, i + GROUP)));

  return {
    header: () => '',
    rows(events) {
      let text = '';
      for (const event of events) {
        text += start;
        for (let i = 0; i < groups.length; i++) text += groups[i](event);
        text += '}\n';
      }
      return text;
    },
    lost: (lost) => record({ type: 'lost', lost }),
    summary: (summary) => record({ type: 'summary', ...summary }),
  };
}

/** Columns that become one piece of text: in a storm most of the pieces are those of the event before. */
const GROUP = 6;

/** `,"a":1,"b":2`; only what differs from the event before is formatted anew. */
function groupText<E>(columns: readonly NamedColumn<E>[]): (event: E) => string {
  const members = columns.map(({ name, value }) => ({
    key: `,${JSON.stringify(name)}:`,
    value,
    last: undefined as Value | undefined,
    text: '',
  }));
  let text = '';
  return (event) => {
    let changed = false;
    for (let i = 0; i < members.length; i++) {
      const member = members[i];
      const value = member.value(event);
      if (value === member.last) continue;
      member.last = value;
      member.text = member.key + jsonValue(value);
      changed = true;
    }
    if (!changed) return text;
    text = '';
    for (let i = 0; i < members.length; i++) text += members[i].text;
    return text;
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
