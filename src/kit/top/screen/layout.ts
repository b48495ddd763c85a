import type { NamedColumn } from '../../columns/columns.ts';
import { cellText } from '../../output/table.ts';
import { displayWidth } from '../../text.ts';

/** A column that is seen. */
export interface Placed<E> {
  readonly column: NamedColumn<E>;
  /** In cells. */
  readonly width: number;
  /** Its cell in a row, escaped. */
  readonly text: (row: E) => string;
}

/** How a table lies on the screen: its columns, a blank between two of them, and what is left for the sparkline. */
export interface Layout<E> {
  readonly placed: readonly Placed<E>[];
  /** Cells; 0: there is no room for it. */
  readonly spark: number;
}

export interface Room {
  /** Of the terminal, in cells. */
  readonly width: number;
  /** Longest useful sparkline. */
  readonly history: number;
  /** Names of all columns: with further ones, they stand in this order. */
  readonly order: readonly string[];
  /** Widths that columns have once had, by name: a table whose columns come and go with its rows cannot be read. */
  readonly known: Map<string, number>;
}

/** A sparkline that is shorter says nothing. */
const SHORTEST = 8;

/**
 * Lays out a table. Which columns are in it follows from the width alone; texts that are short lend what they do not
 * need to the sparkline, and to those that say more.
 * @param columns in their order, the most wanted ones first: those for which there is no room are left out
 * @param more columns for which there may be room besides, the most wanted one first
 * @param rows those that are seen
 */
export function layOut<E>(
  columns: readonly NamedColumn<E>[],
  more: readonly NamedColumn<E>[],
  rows: readonly E[],
  { width, history, order, known }: Room,
): Layout<E> {
  const chosen = columns.slice(0, 1);
  for (const column of columns.slice(1)) if (least([...chosen, column]) <= width) chosen.push(column);
  const whole = chosen.length === columns.length;
  for (const column of whole ? more : []) if (least([...chosen, column]) + 1 + SHORTEST <= width) chosen.push(column);
  if (chosen.length > columns.length) chosen.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));

  const texts = chosen.map(cellText);
  const natural = chosen.map(({ name, head }, i) => {
    const cells = Math.max(displayWidth(head), known.get(name) ?? 0, ...rows.map((row) => displayWidth(texts[i](row))));
    known.set(name, cells);
    return cells;
  });
  // numbers change too often
  const widths = chosen.map((column, i) =>
    column.align === 'left' ? Math.min(natural[i], usual(column)) : usual(column),
  );
  let left = width - widths.reduce((sum, cells) => sum + cells + 1, -1);
  const spark = whole && left > SHORTEST ? SHORTEST : 0;
  if (spark > 0) left -= spark + 1;
  for (const i of widths.keys()) {
    const grow = Math.max(0, Math.min(natural[i] - widths[i], left));
    widths[i] += grow;
    left -= grow;
  }
  return {
    placed: chosen.map((column, i) => ({ column, width: widths[i], text: texts[i] })),
    spark: spark > 0 ? Math.min(spark + left, history) : 0,
  };
}

const usual = ({ width, head }: NamedColumn<never>) => Math.max(width, displayWidth(head));

/** Cells of these columns with a blank between two. */
const least = (columns: readonly NamedColumn<never>[]) => columns.reduce((sum, column) => sum + usual(column) + 1, -1);
