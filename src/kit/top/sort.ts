import type { Column, Value } from '../columns/columns.ts';
import type { TopRow } from './model.ts';

/** By what rows are sorted. */
interface Order extends Pick<Column<TopRow>, 'value'> {
  readonly reverse: boolean;
  /** Of those that are equal; left out: as they were. */
  readonly ties?: (one: TopRow, other: TopRow) => number;
}

/** From so many on, sorting all of them is as good. */
const FEW = 256;

/**
 * Sorts rows: numbers from the largest, text from A; what has no value comes last, either way.
 * @param limit how many of them are wanted; undefined: all
 */
export function firstRows<E extends TopRow>(rows: readonly E[], order: Order, limit = Infinity): readonly E[] {
  const { value, reverse, ties } = order;
  const values = rows.map(value);
  const sign = reverse ? -1 : 1;
  const before = (a: number, b: number) =>
    compareValues(values[a], values[b], sign) || ties?.(rows[a], rows[b]) || a - b;
  return (limit <= FEW ? firstOf(rows.length, before, limit) : allOf(rows.length, before).slice(0, limit)).map(
    (index) => rows[index],
  );
}

type Compare = (a: number, b: number) => number;

const allOf = (count: number, before: Compare): number[] => Array.from({ length: count }, (_, i) => i).sort(before);

/** The first ones of a long list: most are compared once. */
function firstOf(count: number, before: Compare, limit: number): number[] {
  const first: number[] = [];
  for (let i = 0; i < count; i++) {
    if (first.length === limit && before(i, first[limit - 1]) > 0) continue;
    let at = Math.min(first.length, limit - 1);
    for (; at > 0 && before(i, first[at - 1]) < 0; at--) first[at] = first[at - 1];
    first[at] = i;
  }
  return first;
}

function compareValues(a: Value, b: Value, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return sign * (b - a);
  return sign * compare(`${a}`, `${b}`);
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
