import type { NamedColumn } from '../../columns/columns.ts';
import { type Binding, keyLines } from '../../screen/bindings.ts';
import { type Line, line } from '../../screen/line.ts';
import { displayWidth } from '../../text.ts';
import type { TopRow } from '../model.ts';
import type { Picture } from './table-lines.ts';

/** What `?` shows: the keys, then what the columns say. */
export function helpLines<E extends TopRow>(
  name: string,
  bindings: readonly Binding[],
  columns: readonly NamedColumn<E>[],
): readonly Line[] {
  const width = Math.max(...[...columns.map(({ head }) => head), 'RECENT'].map((head) => head.length));
  return [
    line({ text: `${name}: keys`, style: 'bold' }),
    line(),
    ...keyLines(bindings),
    line(),
    line({ text: 'Columns', style: 'bold' }),
    line(),
    ...columns.map(({ head, doc }) => line('  ', { text: head.padEnd(width), style: 'bold' }, `  ${doc}`)),
    ...PICTURES.map(([head, doc]) => line('  ', { text: head.padEnd(width), style: 'bold' }, `  ${doc}`)),
  ];
}

const PICTURES: readonly (readonly [Picture, string])[] = [
  ['RECENT', 'what it carried in the last intervals, each row on a scale of its own'],
  ['SHARE', 'its part of what all carried in the last interval'],
];

/** All that is known of one row, a line for each column. */
export function detailLines<E extends TopRow>(columns: readonly NamedColumn<E>[], row: E, text: CellText<E>) {
  const width = Math.max(...columns.map(({ name }) => name.length));
  const values = columns.map((column) => text(column)(row));
  const room = Math.min(VALUE, Math.max(...values.map(displayWidth)));
  return columns.map(({ name, doc }, i) => {
    const gap = ' '.repeat(Math.max(0, room - displayWidth(values[i])));
    return line({ text: name.padEnd(width), style: 'bold' }, `  ${values[i]}${gap}`, {
      text: `  ${doc}`,
      style: 'dim',
    });
  });
}

/** What most values need; a longer one pushes its explanation aside. */
const VALUE = 24;

type CellText<E> = (column: NamedColumn<E>) => (row: E) => string;
