import type { Size } from './frame.ts';
import type { Key } from './keys.ts';
import { type Line, line } from './line.ts';
import { moveOf } from './moves.ts';

/** Text that lies over a view until a key takes it away; where it is longer than the screen, it scrolls. */
export interface Pager {
  lines(size: Size): readonly Line[];
  /** @returns whether it stays */
  key(key: Key): boolean;
}

export function openPager(text: readonly Line[]): Pager {
  let top = 0;
  let page = 1;
  return {
    lines({ rows }) {
      page = Math.max(1, rows - 1);
      top = Math.max(0, Math.min(top, text.length - page));
      const seen = text.slice(top, top + page);
      const blank = Array.from({ length: page - seen.length }, () => line());
      const more = text.length > page ? 'arrows scroll, ' : '';
      return [...seen, ...blank, line({ text: `${more}any other key goes back`, style: 'dim' })];
    },
    key(key) {
      const move = text.length > page ? moveOf(key, page) : undefined;
      if (move === undefined) return false;
      top = Math.max(0, Math.min(top + move, text.length));
      return true;
    },
  };
}
