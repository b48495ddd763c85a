import { UsageError } from '../errors.ts';
import { escapeText } from '../text.ts';
import { flag, several } from '../tool/options.ts';
import { BETWEEN_WORDS } from '../tool/two-words.ts';

/** How often something is expected, both ends included. */
export interface CountRange {
  readonly min: number;
  readonly max: number;
}

export interface ExpectedCount extends CountRange {
  readonly expression: string;
}

/** What a run is to find out: the same for every tool, for recordings and for the library. */
export const assertionOptions = {
  failIf: several('--fail-if <expr>', 'exit with 90 if this CEL expression is true of an event', one),
  expect: several('--expect <expr>', 'exit with 90 unless it is true of at least one event', one),
  expectCount: several(
    '--expect-count <expr> <n>',
    'exit with 90 unless it is true of so many events: 3, 1..3, 2.. or ..5',
    parseExpectedCount,
  ),
  requireComplete: flag('--require-complete', 'exit with 91 if any event was lost, cut or came too late'),
};

function one(expression: string): readonly string[] {
  return [expression];
}

function parseExpectedCount(text: string): readonly ExpectedCount[] {
  const [expression, range, ...more] = text.split(BETWEEN_WORDS);
  if (range === undefined || more.length > 0)
    throw new UsageError(
      `--expect-count: "${escapeText(expression)}" is not followed by a number of events`,
      `write --expect-count '${escapeText(expression)}' 1..3, or 3, 2.. or ..5`,
    );
  return [{ expression, ...parseCountRange(range) }];
}

/**
 * `3`, `1..3`, `2..`, `..5`
 * @throws UsageError
 */
export function parseCountRange(text: string): CountRange {
  const [, from, dots, to] = /^(\d{1,15})?(\.\.)?(\d{1,15})?$/.exec(text) ?? [];
  const min = Number(from ?? 0);
  const max = dots ? Number(to ?? Infinity) : min;
  if ((from ?? to) === undefined || (!dots && to !== undefined) || max < min)
    throw new UsageError(`--expect-count: "${escapeText(text)}" is no number of events`, 'write 3, 1..3, 2.. or ..5');
  return { min, max };
}

/** As parseCountRange reads it. */
export function countRangeText({ min, max }: CountRange): string {
  return min === max ? `${min}` : `${min === 0 && max < Infinity ? '' : min}..${max === Infinity ? '' : max}`;
}
