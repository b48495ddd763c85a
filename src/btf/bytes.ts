/** Marks a byte that is no part of valid UTF-8, as Python's surrogateescape does: U+DC00 + byte. */
const ESCAPE = 0xdc00;

/**
 * The bytes as a string, without loss: valid UTF-8 is decoded, every other byte becomes the lone surrogate
 * U+DC80..U+DCFF. `stringToBytes` is the inverse.
 */
export function bytesToString(bytes: Uint8Array): string {
  return sliceToString(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length);
}

/** `bytesToString` of the bytes from `start` up to `end`. */
export function sliceToString(buf: Buffer, start: number, end: number): string {
  if (start >= end) return '';
  const text = buf.toString('utf8', start, end);
  // U+FFFD stands for what is invalid, but may also have been encoded: only the slow way can tell.
  return text.includes('\ufffd') ? escapeInvalid(buf, start, end) : text;
}

function escapeInvalid(buf: Buffer, start: number, end: number): string {
  let text = '';
  let valid = start;
  for (let i = start; i < end; ) {
    const length = sequenceLength(buf, i, end);
    if (length === 0) {
      text += buf.toString('utf8', valid, i) + String.fromCharCode(ESCAPE + buf[i]);
      valid = i + 1;
    }
    i += length || 1;
  }
  return text + buf.toString('utf8', valid, end);
}

/** Bytes of the well-formed UTF-8 sequence at `at`, or 0: the table 3-7 of the Unicode standard. */
function sequenceLength(buf: Buffer, at: number, end: number): number {
  const lead = buf[at];
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (buf[at + 1] < low || buf[at + 1] > high) return 0;
  for (let i = at + 2; i < at + length; i++) {
    if ((buf[i] & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** The bytes of a string made by `bytesToString`. Other lone surrogates become U+FFFD, as everywhere in Node. */
export function stringToBytes(text: string): Buffer {
  const parts = text.split(/([\udc80-\udcff])/u);
  return parts.length === 1 ? Buffer.from(text, 'utf8') : Buffer.concat(parts.map(partToBytes));
}

/** Every second part of the split is one escaped byte. */
function partToBytes(part: string, index: number): Buffer {
  return index % 2 === 1 ? Buffer.of(part.charCodeAt(0) - ESCAPE) : Buffer.from(part, 'utf8');
}
