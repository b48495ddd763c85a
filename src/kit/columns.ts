import type { FieldLayout } from '../btf/layout.ts';

/** What a column can hold. null: this event has no value for it. */
export type Value = number | string | boolean | readonly string[] | null;

export type ColumnType = 'int' | 'float' | 'bool' | 'string' | 'strings';

/** One thing that can be said about an event: a table column, a JSON key, a CSV field and a filter variable at once. */
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
  /** Its form in the table; the table escapes it. */
  readonly text?: (value: Value, event: E) => string;
  /** True for a value that deserves attention (shown in red where there is colour). */
  readonly alert?: (value: Value, event: E) => boolean;
}

/** The columns of a tool by name, in the order of help and schema. */
export type Columns<E> = Readonly<Record<string, Column<E>>>;

/** A column that was picked for output. */
export interface NamedColumn<E> extends Column<E> {
  readonly name: string;
}

/** A column that shows field `name` of the event as its meaning says; `spec` overrides whatever it names. */
export declare function fieldColumn<E>(
  layout: FieldLayout,
  name: keyof E & string,
  spec: Partial<Column<E>> & { doc: string },
): Column<E>;

/**
 * The columns to show.
 * @param text the argument of --columns: `a,b` replaces the defaults, `+a,-b` adds to and takes from them
 * @throws UsageError for an unknown column, a column named twice, or none left
 */
export declare function pickColumns<E>(
  all: Columns<E>,
  defaults: readonly string[],
  text?: string,
): readonly NamedColumn<E>[];
