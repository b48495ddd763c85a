import { isatty } from 'node:tty';
import type { Look } from './line.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a full-screen view can be shown: standard output is a terminal, and one that can move its cursor. */
export function canDraw({ TERM = '' }: Environment = process.env, terminal: boolean = isatty(1)): boolean {
  return terminal && !['', 'dumb', 'unknown'].includes(TERM);
}

/** What the user's settings say about the terminal: NO_COLOR (no-color.org), and the encoding of the locale. */
export function terminalLook(env: Environment = process.env): Look {
  // locale(7): the first one that is set, and not empty, decides
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return { colour: !env.NO_COLOR, utf8: /utf-?8/i.test(locale) };
}
