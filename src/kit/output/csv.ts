import type { NamedColumn, Value } from '../columns/columns.ts';
import { escapeText, joinArgs } from '../text.ts';
import type { Writer } from './writer.ts';

/**
 * CSV after RFC 4180, with the columns' names as header and raw units, as in JSON; null is an empty field and a list
 * is one field of words, in quotes where a word needs them. Two things differ from the RFC, so that every record is
 * one line for every tool: lines end in LF, and control characters are escaped as in the table.
 */
export function csvWriter<E>(columns: readonly NamedColumn<E>[]): Writer<E> {
  const values = columns.map(({ value }) => value);
  return {
    header: () => `${columns.map(({ name }) => name).join(',')}\n`,
    rows(events) {
      let text = '';
      for (const event of events) {
        for (let i = 0; i < values.length; i++) text += (i === 0 ? '' : ',') + csvField(values[i](event));
        text += '\n';
      }
      return text;
    },
    lost: () => '',
    summary: () => '',
  };
}

function csvField(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  const text = typeof value === 'string' ? escapeText(value) : joinArgs(value);
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
