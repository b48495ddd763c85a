import type { Key } from './keys.ts';
import { moveOf } from './moves.ts';

/** Which part of a list is seen, and which of its rows is marked. */
export interface Selection {
  /** Id of the marked row, which keeps its mark wherever sorting puts it. undefined: none is marked. */
  readonly id?: string;
  /** Where that row was last: when it goes, the mark passes to the row that is there then. */
  readonly index: number;
  /** Index of the first row that is seen. */
  readonly top: number;
}

/** Nothing is marked, and the beginning is seen. */
export const unselected: Selection = { index: 0, top: 0 };

/**
 * The selection after a key, or, without one, now that the rows have changed. Escape takes the mark away.
 * @param ids of all rows, in their order
 * @param page how many of them are seen, 0 or more
 */
export function selected(before: Selection, ids: readonly string[], page: number, key?: Key): Selection {
  const move = key === undefined ? undefined : moveOf(key, Math.max(1, page));
  const none = before.id === undefined;
  if (ids.length === 0 || key === 'escape' || (none && move === undefined)) return unselected;
  const known = none ? -1 : ids.indexOf(before.id);
  // one step down from nothing is the first row
  const from = known >= 0 || none ? known : before.index;
  const index = Math.max(0, Math.min(from + (move ?? 0), ids.length - 1));
  // no further than it takes to see the marked row, and never beyond the end
  const least = Math.max(0, index - page + 1);
  const top = Math.min(Math.max(Math.min(before.top, index), least), Math.max(0, ids.length - page));
  return { id: ids[index], index, top };
}
