import { stringToBytes } from './bytes.ts';
import { ipBytes } from './ipaddr.ts';
import type { RecordView } from './layout.ts';

// Called by the generated codecs. Nothing is cut or wrapped to make it fit.

type Words = Pick<RecordView, 'u32'>;

function whole(type: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new RangeError(`${value} does not fit ${type}: whole numbers from ${low} to ${high}`);
}

export const u8 = (value: number): number => whole('u8', value, 0, 0xff);
export const u16 = (value: number): number => whole('u16', value, 0, 0xffff);
export const u32 = (value: number): number => whole('u32', value, 0, 0xffffffff);
export const s8 = (value: number): number => whole('s8', value, -0x80, 0x7f);
export const s16 = (value: number): number => whole('s16', value, -0x8000, 0x7fff);
export const s32 = (value: number): number => whole('s32', value, -0x80000000, 0x7fffffff);
/** Above 2^53 numbers are not exact, so such a value cannot be meant. */
export const u64 = (value: number): number => whole('u64', value, 0, Number.MAX_SAFE_INTEGER);
export const s64 = (value: number): number => whole('s64', value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/** Writes a checked u64 or s64 at word `at`. */
export function putLong({ u32: words }: Words, at: number, value: number): void {
  words[at] = value;
  words[at + 1] = Math.floor(value / 4294967296);
}

/** Writes an identifier, decimal or hexadecimal (0x…), at word `at`. */
export function putId({ u32: words }: Words, at: number, text: string): void {
  const value = /^(\d+|0x[0-9a-f]+)$/i.test(text) ? BigInt(text) : -1n;
  if (value < 0n || value >> 64n !== 0n) throw new RangeError(`'${text}' does not fit u64`);
  words[at] = Number(value & 0xffffffffn);
  words[at + 1] = Number(value >> 32n);
}

/** Writes a string into a char array of `size` bytes, with NULs behind it. */
export function putChars(view: RecordView, start: number, size: number, text: string): void {
  const bytes = stringToBytes(text);
  if (bytes.length > size) throw new RangeError(`'${text}' does not fit char[${size}]`);
  view.u8.fill(0, start, start + size);
  view.u8.set(bytes, start);
}

/** Writes the 16 bytes of an IP address. */
export function putIp(view: RecordView, start: number, text: string): void {
  view.u8.set(ipBytes(text), start);
}

/** Checks an array's length and calls `put` with each element and its index. */
export function putEach<T>(values: readonly T[], count: number, put: (value: T, index: number) => void): void {
  if (values.length !== count) throw new RangeError(`${values.length} elements do not fit an array of ${count}`);
  values.forEach(put);
}
