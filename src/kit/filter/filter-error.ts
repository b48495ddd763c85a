import type { Columns } from '../columns/columns.ts';
import { UsageError } from '../errors.ts';
import { suggestion } from '../nearest.ts';
import { displayWidth, escapeText } from '../text.ts';

/** What the CEL library's errors have in common. */
export interface CelFailure {
  /** The message without the expression. */
  readonly summary: string;
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

/**
 * The error for a filter that cannot be used; its remedy is the expression, and a line of carets below what is wrong.
 * @param what names it
 */
export function filterError(what: string, failure: CelFailure, text: string, columns: Columns<never>): UsageError {
  if (text.trim() === '') return new UsageError(`${what}: the expression is empty`);
  const { summary, range } = failure;
  const position = range ? ` at column ${range.start + 1}` : '';
  const hint = hintFor(summary, text.slice(range?.start ?? text.length), columns);
  return new UsageError(`${what}: ${plain(summary)}${position}${hint}`, pointAt(text, range));
}

/** The library's message as the end of a sentence. */
function plain(summary: string): string {
  if (summary === 'Unexpected token: EOF') return 'the expression ends too early';
  const unknown = unknownVariable(summary);
  if (unknown !== undefined) return `unknown variable "${escapeText(unknown)}"`;
  return escapeText(summary.charAt(0).toLowerCase() + summary.slice(1));
}

function hintFor(summary: string, rest: string, columns: Columns<never>): string {
  const unknown = unknownVariable(summary);
  if (unknown !== undefined) return suggestion(unknown, Object.keys(columns));
  if (/^no such overload: .*\bnull\b/.test(summary)) return ' (a column without a value reads as 0, "", false or [])';
  const [, hint] = HINTS.find(([slip]) => slip.test(rest)) ?? [];
  return hint === undefined ? '' : ` (${hint})`;
}

function unknownVariable(summary: string): string | undefined {
  return /^Unknown variable: (.*)$/s.exec(summary)?.[1];
}

function pointAt(text: string, range: CelFailure['range']): string {
  const line = `  ${escapeText(text)}`;
  if (!range) return line;
  const before = displayWidth(escapeText(text.slice(0, range.start)));
  const length = displayWidth(escapeText(text.slice(range.start, range.end)));
  return `${line}\n  ${' '.repeat(before)}${'^'.repeat(Math.max(1, length))}`;
}
