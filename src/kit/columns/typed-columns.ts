import type { EventLayout } from '../../btf/layout.ts';
import type { Column, Columns, Value } from './columns.ts';
import { fieldColumn } from './field-column.ts';

/** A column whose value's type is known to the compiler, and so to the users of the library. */
export type TypedColumn<E, V extends Value> = Column<E> & { readonly value: (event: E) => V };

/** A value that may be null has to be declared so: the schema depends on it. */
type Nullable<V> = null extends V ? { readonly nullable: true } : { readonly nullable?: false };

type Spec<E> = Partial<Omit<Column<E>, 'value' | 'doc'>>;

/** A function that makes columns of the event's fields: name, one line of help, and what differs from the usual look. */
export function fieldsOf<E extends object>(event: EventLayout<E>) {
  return <K extends keyof E & string>(name: K, doc: string, spec: Spec<E> = {}) =>
    fieldColumn<E>(event.fields[name], name, { doc, ...spec }) as TypedColumn<E, Extract<E[K], Value>>;
}

/** A column that is computed from the event; left-aligned unless `spec` says otherwise. */
export function column<E, V extends Value>(
  spec: Pick<Column<E>, 'head' | 'width' | 'type' | 'doc'> &
    Spec<E> & { readonly value: (event: E) => V } & Nullable<V>,
): TypedColumn<E, V> {
  return { align: 'left', ...spec };
}

/** One event as --json shows it: what each column says. */
export type RowOf<C> = {
  readonly [K in keyof C]: C[K] extends Column<never> & { value: (event: never) => infer V } ? V : never;
};

/** The event as its columns tell it; all of them, or those named. */
export function rowOf<E, C extends Columns<E>>(columns: C, names: readonly (keyof C & string)[]) {
  return (event: E): RowOf<C> => {
    const row: Record<string, Value> = {};
    for (const name of names) row[name] = columns[name].value(event);
    return row as RowOf<C>;
  };
}
