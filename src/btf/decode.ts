import { sliceToString } from './bytes.ts';
import type { RecordView } from './layout.ts';

// Called by the generated decoders, once per field: everything here is on the hot path.

/** @returns the error for a record that is shorter than the fixed part of its struct */
export function shortRecord(event: string, length: number, size: number): RangeError {
  return new RangeError(`a record of ${length} bytes is too short for struct ${event} with ${size}`);
}

/** The string in a char array of `size` bytes: up to the first NUL, or all of it. */
export function chars(view: RecordView, start: number, size: number): string {
  const { u8 } = view;
  let length = 0;
  while (length < size && u8[start + length] !== 0) length++;
  return sliceToString(view.buf, start, start + length);
}

/** Slots of the cache of task names: a power of two. */
const COMMS = 512;
const commWords = new Uint32Array(COMMS * 4);
const commTexts: string[] = new Array(COMMS).fill('');

/**
 * The string in a `comm_t` at word `at`. A machine has few task names at a time, so they are
 * kept: that costs a seventh of making the string anew, and equal names share their memory.
 */
export function comm(view: RecordView, at: number): string {
  const { u32 } = view;
  const a = u32[at];
  const b = u32[at + 1];
  const c = u32[at + 2];
  const d = u32[at + 3];
  // The sum's high bits depend on all bits of the four words (multiplicative hashing).
  const mixed =
    Math.imul(a, 0x9e3779b1) + Math.imul(b, 0x85ebca6b) + Math.imul(c, 0xc2b2ae35) + Math.imul(d, 0x27d4eb2f);
  const slot = (mixed >>> 16) & (COMMS - 1);
  const k = slot * 4;
  if (commWords[k] !== a || commWords[k + 1] !== b || commWords[k + 2] !== c || commWords[k + 3] !== d) {
    commWords.set([a, b, c, d], k);
    commTexts[slot] = chars(view, at * 4, 16);
  }
  return commTexts[slot];
}

/** Strings of up to so many bytes are kept, one of each length: opens ask for the same few paths again and again. */
const KEPT = 128;
const keptBytes = Array.from({ length: KEPT }, (_, length) => new Uint8Array(length));
const keptTexts = keptBytes.map(({ length }) => '\0'.repeat(length));

/** sliceToString, or the string that was made of the same bytes before. */
function keptString(buf: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length <= 0 || length >= KEPT) return sliceToString(buf, start, end);
  const kept = keptBytes[length];
  let i = 0;
  while (i < length && kept[i] === buf[start + i]) i++;
  if (i < length) {
    for (; i < length; i++) kept[i] = buf[start + i];
    keptTexts[length] = sliceToString(buf, start, end);
  }
  return keptTexts[length];
}

/** A piece of the tail: a string. */
export function tailString(view: RecordView, start: number, end: number): string {
  return keptString(view.buf, start, end);
}

/** A piece of the tail: strings, each ended by NUL; the last one may lack it. */
export function tailStrings(view: RecordView, start: number, end: number): string[] {
  const text = sliceToString(view.buf, start, end);
  const strings: string[] = [];
  let from = 0;
  for (let nul = text.indexOf('\0'); nul >= 0; nul = text.indexOf('\0', from)) {
    strings.push(text.slice(from, nul));
    from = nul + 1;
  }
  if (from < text.length) strings.push(text.slice(from));
  return strings;
}

/** Where a path is turned round; grows with the longest. */
let turned = Buffer.allocUnsafe(4096);

/** A piece of the tail: a path's names from the leaf up to the root, each ended by NUL. The root itself is one empty name. */
export function tailPath({ u8, buf }: RecordView, start: number, end: number): string {
  if (start >= end) return '';
  if (end - start >= turned.length) turned = Buffer.allocUnsafe((end - start) * 2);
  let length = 0;
  let nameEnd = u8[end - 1] === 0 ? end - 1 : end;
  for (let i = nameEnd - 1; i >= start - 1; i--) {
    if (i >= start && u8[i] !== 0) continue;
    turned[length++] = 0x2f;
    for (let k = i + 1; k < nameEnd; k++) turned[length++] = buf[k];
    nameEnd = i;
  }
  return keptString(turned, 0, length);
}

/** A piece of the tail: addresses, hexadecimal. Its pieces lie where the ones before end, so words may not be aligned. */
export function tailStack({ buf }: RecordView, start: number, end: number): string[] {
  const addresses: string[] = [];
  for (let at = start; at + 8 <= end; at += 8) addresses.push(hex(buf.readUInt32LE(at), buf.readUInt32LE(at + 4)));
  return addresses;
}

/** A u64 of two words, decimal. */
export function decimal(low: number, high: number): string {
  return high === 0 ? String(low) : String((BigInt(high) << 32n) | BigInt(low));
}

/** A u64 of two words, as C's %#llx with the zero as 0x0. */
export function hex(low: number, high: number): string {
  return high === 0 ? `0x${low.toString(16)}` : `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
}

/** An array of integers of up to 4 bytes, from element `at` of the typed array of their size. */
export function ints(array: Readonly<Record<number, number>>, at: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => array[at + i]);
}

/** An array of u64 from word `at`; precise up to 2^53. */
export function u64s({ u32 }: RecordView, at: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => u32[at + 2 * i] + u32[at + 2 * i + 1] * 4294967296);
}

/** An array of s64 from word `at`; precise up to ±2^53. */
export function s64s({ u32, i32 }: RecordView, at: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => u32[at + 2 * i] + i32[at + 2 * i + 1] * 4294967296);
}

/** An array of addresses from word `at`, hexadecimal. */
export function hexes({ u32 }: RecordView, at: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => hex(u32[at + 2 * i], u32[at + 2 * i + 1]));
}
