import type { NamedColumn, Value } from '../columns/columns.ts';
import { cutText, escapeText, joinArgs } from '../text.ts';

/** Terminal cells that one value may take. */
const LONGEST = 160;

/** An event in one line, by its columns' raw values, as expressions see them: `pid=27318 comm=sh args=sh -c true`. */
export function eventText<E>(columns: readonly NamedColumn<E>[]): (event: E) => string {
  const told = columns.filter(({ below }) => !below);
  return (event) => told.map(({ name, value }) => `${name}=${valueText(value(event))}`).join(' ');
}

/** One value in one line; what is long ends in `…`. */
export function valueText(value: Value): string {
  if (value === null) return '-';
  const text = typeof value === 'object' ? joinArgs(value as readonly string[]) : escapeText(`${value}`);
  return cutText(text, LONGEST);
}
