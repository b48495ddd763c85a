import type { NamedColumn } from '../../columns/columns.ts';
import { type Binding, keyLines } from '../../screen/bindings.ts';
import { type Line, line } from '../../screen/line.ts';
import type { TopRow } from '../model.ts';

/** What `?` shows: the keys, then what the columns say. */
export function helpLines<E extends TopRow>(
  name: string,
  bindings: readonly Binding[],
  columns: readonly NamedColumn<E>[],
): readonly Line[] {
  const width = Math.max(...columns.map(({ head }) => head.length), RECENT.length);
  return [
    line({ text: `${name}: keys`, style: 'bold' }),
    line(),
    ...keyLines(bindings),
    line(),
    line({ text: 'Columns', style: 'bold' }),
    line(),
    ...columns.map(({ head, doc }) => line('  ', { text: head.padEnd(width), style: 'bold' }, `  ${doc}`)),
    line('  ', { text: RECENT.padEnd(width), style: 'bold' }, '  the last intervals, each row on a scale of its own'),
  ];
}

const RECENT = 'RECENT';

/** All that is known of one row, a line for each column. */
export function detailLines<E extends TopRow>(columns: readonly NamedColumn<E>[], row: E, text: CellText<E>) {
  const width = Math.max(...columns.map(({ name }) => name.length));
  return columns.map((column) =>
    line({ text: column.name.padEnd(width), style: 'bold' }, `  ${text(column)(row)}`, {
      text: `  ${column.doc}`,
      style: 'dim',
    }),
  );
}

type CellText<E> = (column: NamedColumn<E>) => (row: E) => string;
