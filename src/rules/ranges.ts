import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';
import type { Range } from './model.ts';
import { nameOf, unknownName } from './names.ts';

/** What the numbers of a condition may be, and what they are called. */
export interface Domain {
  /** 'port', 'VLAN id' */
  readonly what: string;
  readonly min: number;
  readonly max: number;
  /** Names that stand for numbers. */
  readonly names?: Readonly<Record<string, number>>;
}

/**
 * `80,443,8000-8100`, `1500-`, `-64`: numbers and ranges, merged and in order.
 * @throws UsageError
 */
export function parseRanges(text: string, domain: Domain): readonly Range[] {
  return mergeRanges(text.split(',').map((item) => parseRange(item.trim(), domain)));
}

function parseRange(item: string, domain: Domain): Range {
  const { min, max, names = {} } = domain;
  const named = names[item.toLowerCase()];
  if (named !== undefined) return [named, named];
  if (domain.names && /^[a-z]/i.test(item)) throw unknownName(domain.what, item, Object.keys(names));
  const [, from, dash, to] = /^(\d{0,6})(-?)(\d{0,6})$/.exec(item) ?? [];
  if (from === undefined || (!from && !to)) throw wrong(item, domain, `is no ${domain.what}`);
  const first = from ? Number(from) : min;
  const last = to ? Number(to) : dash ? max : first;
  if (first < min || last > max) throw wrong(item, domain, `is no ${domain.what}`);
  if (first > last) throw wrong(item, domain, 'ends before it begins');
  return [first, last];
}

function wrong(item: string, { what, min, max }: Domain, cause: string): UsageError {
  return new UsageError(`"${escapeText(item)}" ${cause}: a ${what} is ${min} to ${max}`);
}

/** In order, and without two that touch. */
export function mergeRanges(ranges: readonly Range[]): readonly Range[] {
  const merged: [number, number][] = [];
  for (const [first, last] of ranges.toSorted(([one], [other]) => one - other)) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** @param names a number that has one is written so */
export function formatRanges(ranges: readonly Range[], names: Readonly<Record<string, number>> = {}): string {
  return ranges.map(([first, last]) => (first === last ? nameOf(names, first) : `${first}-${last}`)).join(',');
}
