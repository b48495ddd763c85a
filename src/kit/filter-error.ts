import type { Columns } from './columns.ts';
import { UsageError } from './errors.ts';
import { suggestion } from './nearest.ts';
import { displayWidth, escapeText } from './text.ts';

/** What the CEL library's errors have in common. */
export interface CelFailure {
  /** The message without the expression. */
  readonly summary?: string;
  readonly message?: string;
  /** Where it is wrong, in UTF-16 units from 0. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** Slips of those who know filters from other tools, by what stands where the expression goes wrong. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^=/, 'write == to compare'],
  [/^(and|or)\b/i, 'write && or ||'],
  [/^["'][(][?][a-z]+[)]/, 'no inline flags here: match name.lowerAscii()'],
  [/^~/, 'write name.matches("…") for a regular expression'],
];

/** The error for a filter that cannot be used; its remedy is the expression with a caret below what is wrong. */
export function filterError(failure: CelFailure, text: string, columns: Columns<never>): UsageError {
  const { range } = failure;
  if (text.trim() === '') return new UsageError('filter: the expression is empty');
  const position = range ? ` at column ${range.start + 1}` : '';
  const hint = range ? hintAt(text.slice(range.start)) : '';
  return new UsageError(`filter: ${describe(failure, position, columns)}${hint}`, pointAt(text, range));
}

function describe({ summary, message }: CelFailure, position: string, columns: Columns<never>): string {
  const what = summary ?? message ?? '';
  const [, unknown] = /^Unknown variable: (.*)$/s.exec(what) ?? [];
  if (unknown !== undefined) {
    const names = Object.keys(columns);
    return `unknown variable "${escapeText(unknown)}"${position}${suggestion(unknown, names)}`;
  }
  if (/^Unexpected token: EOF/.test(what)) return `the expression ends too early${position}`;
  const null_ = /no such overload: .*\bnull\b/.test(what)
    ? ' (a column without a value reads as 0, "", false or [])'
    : '';
  return `${escapeText(what.charAt(0).toLowerCase() + what.slice(1))}${position}${null_}`;
}

function hintAt(rest: string): string {
  const [, hint] = HINTS.find(([slip]) => slip.test(rest)) ?? [];
  return hint === undefined ? '' : ` (${hint})`;
}

function pointAt(text: string, range: CelFailure['range']): string {
  const line = `  ${escapeText(text)}`;
  if (!range) return line;
  const before = displayWidth(escapeText(text.slice(0, range.start)));
  const length = displayWidth(escapeText(text.slice(range.start, range.end)));
  return `${line}\n  ${' '.repeat(before)}${'^'.repeat(Math.max(1, length))}`;
}
