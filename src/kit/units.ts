import { UsageError } from './errors.ts';
import { escapeText } from './text.ts';

/** Limits of a number, both included. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

const BYTES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, '': 1e3, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/**
 * `4096`, `512K`, `16M`, `1.5GiB` in bytes: K, M, G and T are powers of 1024.
 * @param what names the option in errors
 * @param range in bytes
 * @throws UsageError when it is no such amount, no whole number of bytes, or out of range
 */
export function parseBytes(text: string, what: string, range: Range = {}): number {
  const [, number, prefix] = /^(\d+(?:\.\d+)?)(?:([kmgt])(?:i?b)?|b)?$/i.exec(text) ?? [];
  const bytes = Number(number) * BYTES[(prefix ?? '').toLowerCase()];
  if (!Number.isSafeInteger(bytes))
    throw wrong(text, what, 'is no amount of bytes', 'write for example 65536, 512K or 16M');
  return within(bytes, text, what, range, formatBytes);
}

/**
 * `500ms`, `10s`, `1.5m`, `2h`, `1d`, or seconds without a unit, in milliseconds (fractions are kept).
 * @param what names the option in errors
 * @param range in milliseconds
 * @throws UsageError when it is no duration or out of range
 */
export function parseDuration(text: string, what: string, range: Range = {}): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/i.exec(text) ?? [];
  const milliseconds = Number(number) * MILLISECONDS[(unit ?? '').toLowerCase()];
  if (!Number.isFinite(milliseconds))
    throw wrong(text, what, 'is no duration', 'write for example 500ms, 10s, 1.5m or 2h');
  return within(milliseconds, text, what, range, formatDuration);
}

/** `10s`, `1500ms`. */
export function formatDuration(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/**
 * `20` or `0.5`: milliseconds without a unit, as bcc's tools take them.
 * @param what names the option in errors
 * @throws UsageError when it is no such number
 */
export function parseMilliseconds(text: string, what: string): number {
  if (!/^\d{1,9}(\.\d+)?$/.test(text))
    throw wrong(text, what, 'is no number of milliseconds', 'write for example 20 or 0.5');
  return Number(text);
}

/**
 * A whole decimal number.
 * @param what names the option in errors
 * @throws UsageError when it is none or out of range
 */
export function parseCount(text: string, what: string, range: Range = {}): number {
  const count = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(count)) throw wrong(text, what, 'is no whole number');
  return within(count, text, what, range, String);
}

/**
 * A JavaScript regular expression, without flags: as lenient with escapes as Python's, which bcc's users write.
 * @param what names the option in errors
 * @throws UsageError when it does not compile
 */
export function parseRegex(text: string, what: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    const cause = (error as Error).message.replace(/^Invalid regular expression: (\/.*\/: )?/s, '');
    throw wrong(text, what, `is no regular expression: ${cause.toLowerCase()}`);
  }
}

/** Bytes with the largest unit that leaves a whole number, as parseBytes reads them. */
function formatBytes(bytes: number): string {
  const unit = ['g', 'm', 'k'].find((prefix) => bytes !== 0 && bytes % BYTES[prefix] === 0) ?? '';
  return `${bytes / BYTES[unit]}${unit.toUpperCase()}`;
}

function within(value: number, text: string, what: string, range: Range, show: (value: number) => string): number {
  const { min = -Infinity, max = Infinity } = range;
  if (value < min) throw wrong(text, what, `is less than ${show(min)}`);
  if (value > max) throw wrong(text, what, `is more than ${show(max)}`);
  return value;
}

function wrong(text: string, what: string, cause: string, remedy?: string): UsageError {
  return new UsageError(`${what}: "${escapeText(text)}" ${cause}`, remedy);
}
