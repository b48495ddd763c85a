import type { Size } from './frame.ts';
import { type Line, line } from './line.ts';

/** The parts of a screen that shows a list, from the top. */
export interface ListParts {
  readonly above: readonly Line[];
  /** What does not scroll: the heads of the columns, and totals. */
  readonly head: readonly Line[];
  readonly count: number;
  /** One row of the list; asked for those that are seen. */
  row(index: number): Line;
  /** Keys, a message, what is being written. */
  readonly below: readonly Line[];
  /** `below` is more than the keys: the last line of it is seen even where there is room for one line only. */
  readonly urgent: boolean;
}

/** How many lines each part has: on a small terminal the list gives the last one, and what stands above it the first. */
export function room(parts: Pick<ListParts, 'above' | 'head' | 'below' | 'urgent'>, { rows }: Pick<Size, 'rows'>) {
  const below = Math.min(parts.below.length, parts.urgent ? rows : rows - 1);
  const head = clamp(parts.head.length, rows - below - 1);
  const above = clamp(parts.above.length, rows - below - head - 1);
  return { above, head, page: Math.max(0, rows - below - head - above), below };
}

const clamp = (count: number, most: number) => Math.max(0, Math.min(count, most));

/** @param top index of the first row that is seen */
export function listLines(parts: ListParts, top: number, size: Size): readonly Line[] {
  const { above, head, page, below } = room(parts, size);
  return [
    ...parts.above.slice(0, above),
    ...parts.head.slice(0, head),
    ...Array.from({ length: page }, (_, i) => (top + i < parts.count ? parts.row(top + i) : line())),
    ...parts.below.slice(parts.below.length - below),
  ];
}
