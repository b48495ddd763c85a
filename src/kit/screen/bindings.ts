import { displayWidth } from '../text.ts';
import type { Key } from './keys.ts';
import { type Line, line, type Span } from './line.ts';

/** What a key does, in one place for all: for the one who presses it, the footer, and the help. */
export interface Binding {
  readonly keys: readonly Key[];
  /** The keys as they are shown; by default the first one. */
  readonly shown?: string;
  /** One word, or two, for the footer; left out: it stands in the help only. */
  readonly word?: string;
  /** One line for the help. */
  readonly doc: string;
  run(key: Key): void;
}

export const shownKeys = ({ keys, shown = keys[0] }: Binding): string => shown;

/** @returns whether the key means something */
export function runKey(bindings: readonly Binding[], key: Key): boolean {
  const binding = bindings.find(({ keys }) => keys.includes(key));
  binding?.run(key);
  return binding !== undefined;
}

/** The keys in one line; those that do not fit into its width are left to the help, the last ones first. */
export function footer(bindings: readonly Binding[], width: number): Line {
  const spans: (string | Span)[] = [];
  let left = width;
  for (const binding of bindings) {
    if (binding.word === undefined) continue;
    const key = shownKeys(binding);
    const gap = spans.length > 0 ? '  ' : '';
    left -= displayWidth(`${gap}${key} ${binding.word}`);
    if (left < 0) break;
    spans.push(gap, { text: key, style: 'bold' }, ` ${binding.word}`);
  }
  return line(...spans);
}

/** A line for each of the keys. */
export function keyLines(bindings: readonly Binding[]): readonly Line[] {
  const width = Math.max(...bindings.map((binding) => displayWidth(shownKeys(binding))));
  return bindings.map((binding) => {
    const key = shownKeys(binding);
    return line('  ', { text: key, style: 'bold' }, `${' '.repeat(width - displayWidth(key))}  ${binding.doc}`);
  });
}
