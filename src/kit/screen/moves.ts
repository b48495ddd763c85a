import type { Key } from './keys.ts';

const up = () => -1;
const down = () => 1;

/** j and k are those of vi, less and iftop. */
const MOVES: Readonly<Record<Key, (page: number) => number>> = {
  up,
  k: up,
  down,
  j: down,
  pageup: (page) => -page,
  pagedown: (page) => page,
  home: () => -Infinity,
  end: () => Infinity,
};

/** How many rows a key goes down in what is seen `page` (1 or more) rows at a time; undefined: it goes nowhere. */
export function moveOf(key: Key, page: number): number | undefined {
  return Object.hasOwn(MOVES, key) ? MOVES[key](page) : undefined;
}
