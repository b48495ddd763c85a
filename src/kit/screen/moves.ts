import type { Key } from './keys.ts';

const MOVES: Readonly<Record<Key, (page: number) => number>> = {
  up: () => -1,
  down: () => 1,
  pageup: (page) => -page,
  pagedown: (page) => page,
  home: () => -Infinity,
  end: () => Infinity,
};

/** How many rows a key goes down in what is seen `page` (1 or more) rows at a time; undefined: it goes nowhere. */
export function moveOf(key: Key, page: number): number | undefined {
  return Object.hasOwn(MOVES, key) ? MOVES[key](page) : undefined;
}
