import type { NamedColumn, Value } from '../../../src/kit/columns/columns.ts';
import { displayWidth, escapeText, joinArgs, jsonString } from '../../../src/kit/text.ts';

/** The forms of rows, written down as simply as can be: a string for each cell, and nothing is remembered. */
type Reference = <E>(columns: readonly NamedColumn<E>[], event: E) => string;

const jsonValue = (value: Value): string => {
  if (typeof value === 'string') return jsonString(value);
  return value !== null && typeof value === 'object' ? `[${value.map(jsonString)}]` : JSON.stringify(value);
};

export const jsonRow: Reference = (columns, event) => {
  const members = columns.map(({ name, value }) => `,${JSON.stringify(name)}:${jsonValue(value(event))}`);
  return `{"v":1,"type":"fuzz"${members.join('')}}\n`;
};

export const csvRow: Reference = (columns, event) => {
  const fields = columns.map(({ value }) => {
    const raw = value(event);
    const text =
      typeof raw === 'string' ? escapeText(raw) : Array.isArray(raw) ? joinArgs(raw) : raw === null ? '' : `${raw}`;
    return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${fields.join(',')}\n`;
};

const cell = <E>({ value, text }: NamedColumn<E>, event: E): string => {
  const raw = value(event);
  if (raw === null) return '-';
  if (text) return escapeText(text(raw, event));
  if (typeof raw === 'boolean') return raw ? 'yes' : 'no';
  return escapeText(typeof raw === 'object' ? raw.join(' ') : `${raw}`);
};

export const tableRow: Reference = (columns, event) => {
  const cells = columns
    .filter(({ below }) => !below)
    .map((column, i, { length }) => {
      const text = cell(column, event);
      if (i === length - 1) return text;
      const gap = ' '.repeat(Math.max(0, Math.max(column.width, column.head.length) - displayWidth(text)));
      return column.align === 'left' ? text + gap : gap + text;
    });
  const lists = columns
    .filter(({ below }) => below)
    .map(({ value }) => ((value(event) ?? []) as readonly string[]).map((line) => `\t${escapeText(line)}\n`))
    .map((lines) => (lines.length > 0 ? `${lines.join('')}\n` : ''));
  return `${cells.join(' ')}\n${lists.join('')}`;
};
