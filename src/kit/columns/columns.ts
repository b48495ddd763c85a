import { UsageError } from '../errors.ts';
import { suggestion } from '../nearest.ts';
import type { RowBytes } from '../output/row-bytes.ts';
import { escapeText } from '../text.ts';

/** What a column can hold. null: this event has no value for it. */
export type Value = number | string | boolean | readonly string[] | null;

export type ColumnType = 'int' | 'float' | 'bool' | 'string' | 'strings';

/** One thing that can be said about an event: table column, JSON key, CSV field and filter variable at once. */
export interface Column<E> {
  /** Head in the table, upper case. */
  readonly head: string;
  /** Width in the table, in terminal cells; a longer value pushes the rest of its row aside. */
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly type: ColumnType;
  /** True when `value` may return null. */
  readonly nullable?: boolean;
  /** One line for help and the JSON Schema: what it is, and its unit. */
  readonly doc: string;
  /** The raw value, in the unit that `doc` names. */
  readonly value: (event: E) => Value;
  /** What decides about the value, and about its form in the table, where that is cheaper to tell than the value. */
  readonly key?: (event: E) => Value;
  /** Writes what `value` says, where a string of its own for each event would be a waste: ASCII without `"`, `\\` and `,`. */
  readonly put?: (rows: RowBytes, event: E) => void;
  /** Its form in the table, which escapes it. Not asked for null, which is `-` there. */
  readonly text?: (value: Value, event: E) => string;
  /** In the table the strings of its list stand below the row, a line each, set off by a tab: no line of them is a row. */
  readonly below?: boolean;
  /** What it is depends on the machine, and on the moment when it is asked for: recordings keep it with each event. */
  readonly resolved?: boolean;
  /** True for a value that deserves attention (red where there is colour). */
  readonly alert?: (value: Value, event: E) => boolean;
}

/** The columns of a tool by name, in the order of help and schema; a free-form last column comes last. */
export type Columns<E> = Readonly<Record<string, Column<E>>>;

/** A column that was picked for output. */
export interface NamedColumn<E> extends Column<E> {
  readonly name: string;
}

/**
 * The columns to show.
 * @param text the argument of --columns: `a,b` replaces the defaults; `+a,-b` adds to them, where the order of `all`
 *   puts it, and takes from them
 * @throws UsageError for an unknown column, one named twice, signs on some only, or when none is left
 */
export function pickColumns<E>(all: Columns<E>, defaults: readonly string[], text?: string): readonly NamedColumn<E>[] {
  const names = text === undefined ? defaults : parsePick(all, defaults, text);
  return names.map((name) => ({ ...all[name], name }));
}

function parsePick<E>(all: Columns<E>, defaults: readonly string[], text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  const signed = items.filter((item) => /^[+-]/.test(item)).length;
  if (signed > 0 && signed < items.length) {
    throw new UsageError(`columns: "${escapeText(text)}" mixes names with and without a sign`, SIGNS);
  }
  const names = signed > 0 ? amend(all, defaults, items) : items;
  for (const name of names) known(all, name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`columns: "${twice}" is named twice`);
  if (names.length === 0) throw new UsageError('columns: none is left', SIGNS);
  return names;
}

const SIGNS = 'write "a,b" for exactly these columns, or "+a,-b" to add to and take from the usual ones';

function amend<E>(all: Columns<E>, defaults: readonly string[], items: readonly string[]): readonly string[] {
  const order = Object.keys(all);
  const names = [...defaults];
  for (const item of items) {
    const name = known(all, item.slice(1));
    const at = names.indexOf(name);
    if (item.startsWith('-')) {
      if (at >= 0) names.splice(at, 1);
    } else if (at < 0) {
      const next = names.findIndex((shown) => order.indexOf(shown) > order.indexOf(name));
      names.splice(next < 0 ? names.length : next, 0, name);
    }
  }
  return names;
}

function known<E>(all: Columns<E>, name: string): string {
  if (Object.hasOwn(all, name)) return name;
  const names = Object.keys(all);
  throw new UsageError(
    `columns: unknown column "${escapeText(name)}"${suggestion(name, names)}`,
    `columns: ${names.join(', ')}`,
  );
}
