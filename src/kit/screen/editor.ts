import { displayWidth, escapeText } from '../text.ts';
import type { Key } from './keys.ts';
import type { Span } from './line.ts';

/** A line of text that is being written. */
export interface Editor {
  /** Character by character. */
  readonly chars: readonly string[];
  /** Where the cursor is: before chars[at], or at the end. */
  readonly at: number;
}

export const editorOf = (text: string): Editor => ({ chars: [...text], at: [...text].length });
export const editorText = ({ chars }: Editor): string => chars.join('');

/** What a key makes of the line, as in a shell; a key without a meaning here makes nothing of it. */
export function edit({ chars, at }: Editor, key: Key): Editor {
  const cut = (from: number, to: number): Editor => ({
    chars: [...chars.slice(0, from), ...chars.slice(to)],
    at: from,
  });
  const goTo = (place: number): Editor => ({ chars, at: Math.max(0, Math.min(place, chars.length)) });
  switch (key) {
    case 'left':
    case 'ctrl-b':
      return goTo(at - 1);
    case 'right':
    case 'ctrl-f':
      return goTo(at + 1);
    case 'home':
    case 'ctrl-a':
      return goTo(0);
    case 'end':
    case 'ctrl-e':
      return goTo(chars.length);
    case 'backspace':
      return cut(Math.max(0, at - 1), at);
    case 'delete':
    case 'ctrl-d':
      return cut(at, at + 1);
    case 'ctrl-u':
      return cut(0, at);
    case 'ctrl-k':
      return cut(at, chars.length);
    case 'ctrl-w':
      return cut(wordStart(chars, at), at);
    default:
      if ([...key].length !== 1) return { chars, at };
      return { chars: [...chars.slice(0, at), key, ...chars.slice(at)], at: at + 1 };
  }
}

function wordStart(chars: readonly string[], at: number): number {
  const before = chars.slice(0, at).join('');
  return [...before.replace(/\S*\s*$/, '')].length;
}

/** The line in at most `width` cells, with the cursor in it: what is left of it goes first when there is no room. */
export function editorSpans({ chars, at }: Editor, width: number): readonly (string | Span)[] {
  const cursor = chars[at] ?? ' ';
  let from = at;
  let cells = displayWidth(escapeText(cursor));
  while (from > 0) {
    cells += displayWidth(escapeText(chars[from - 1]));
    if (cells > width) break;
    from--;
  }
  return [chars.slice(from, at).join(''), { text: cursor, style: 'inverse' }, chars.slice(at + 1).join('')];
}
