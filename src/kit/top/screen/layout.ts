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
  /** Widths that columns have once had, by name: a table whose columns come and go with its rows cannot be read. */
  readonly known: Map<string, number>;
}

/** A sparkline that is shorter says nothing. */
const SHORTEST = 8;

/**
 * Lays out a table.
 * @param columns in their order, the most wanted ones first: those for which there is no room are left out
 * @param more columns for which there may be room besides, the most wanted one first
 * @param rows those that are seen: columns grow with what they say, as far as there is room
 */
export function layOut<E>(
  columns: readonly NamedColumn<E>[],
  more: readonly NamedColumn<E>[],
  rows: readonly E[],
  { width, history, known }: Room,
): Layout<E> {
  const chosen = columns.slice(0, 1);
  for (const column of columns.slice(1)) if (least([...chosen, column]) <= width) chosen.push(column);
  const whole = chosen.length === columns.length;
  for (const column of whole ? more : []) if (least([...chosen, column]) + 1 + SHORTEST <= width) chosen.push(column);

  const texts = chosen.map(cellText);
  const widths = chosen.map(leastWidth);
  let left = width - least(chosen);
  const spark = whole && left > SHORTEST ? SHORTEST : 0;
  if (spark > 0) left -= spark + 1;
  for (const [i, { name }] of chosen.entries()) {
    const natural = Math.max(known.get(name) ?? 0, ...rows.map((row) => displayWidth(texts[i](row))));
    const grow = Math.max(0, Math.min(natural - widths[i], left));
    widths[i] += grow;
    left -= grow;
    known.set(name, widths[i]);
  }
  return {
    placed: chosen.map((column, i) => ({ column, width: widths[i], text: texts[i] })),
    spark: spark > 0 ? Math.min(spark + left, history) : 0,
  };
}

const leastWidth = ({ width, head }: NamedColumn<never>) => Math.max(width, displayWidth(head));

/** Cells of these columns with a blank between two. */
const least = (columns: readonly NamedColumn<never>[]) =>
  columns.reduce((sum, column) => sum + leastWidth(column) + 1, -1);
