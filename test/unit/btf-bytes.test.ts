import { describe, expect, it } from 'vitest';
import { bytesToString, sliceToString, stringToBytes } from '../../src/btf/bytes.ts';

/** The lone surrogates that stand for these bytes. */
const escaped = (...bytes: number[]) => String.fromCharCode(...bytes.map((byte) => 0xdc00 + byte));

describe('the string of bytes', () => {
  it.each([
    ['nothing', [], ''],
    ['ASCII with controls', [0x00, 0x1b, 0x0a, 0x41, 0x7f], '\0\x1b\nA\x7f'],
    ['two bytes', [0xc3, 0x9c], 'Ü'],
    ['three bytes', [0xe6, 0x97, 0xa5], '日'],
    ['four bytes', [0xf0, 0x9f, 0x90, 0x9d], '🐝'],
    ['the last code point', [0xf4, 0x8f, 0xbf, 0xbf], '\u{10ffff}'],
    ['an encoded U+FFFD', [0xef, 0xbf, 0xbd], '\ufffd'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x41], '\ufeffA'],
    ['an encoded U+FFFD beside an invalid byte', [0xef, 0xbf, 0xbd, 0xff], `\ufffd${escaped(0xff)}`],
    ['an encoded surrogate', [0xed, 0xa0, 0x80], escaped(0xed, 0xa0, 0x80)],
    ['the last code point before the surrogates', [0xed, 0x9f, 0xbf], '\ud7ff'],
    ['an overlong of two bytes', [0xc0, 0xaf], escaped(0xc0, 0xaf)],
    ['an overlong of three bytes', [0xe0, 0x9f, 0xbf], escaped(0xe0, 0x9f, 0xbf)],
    ['an overlong of four bytes', [0xf0, 0x8f, 0xbf, 0xbf], escaped(0xf0, 0x8f, 0xbf, 0xbf)],
    ['beyond the last code point', [0xf4, 0x90, 0x80, 0x80], escaped(0xf4, 0x90, 0x80, 0x80)],
    ['a lead byte of five', [0xf8, 0x88, 0x80, 0x80, 0x80], escaped(0xf8, 0x88, 0x80, 0x80, 0x80)],
    ['a sequence cut by the end', [0x41, 0xe6, 0x97], `A${escaped(0xe6, 0x97)}`],
    ['a sequence cut by ASCII', [0xe6, 0x97, 0x41], `${escaped(0xe6, 0x97)}A`],
    ['a continuation after a whole character', [0xf0, 0x9f, 0x90, 0x9d, 0x80], `🐝${escaped(0x80)}`],
  ])('%s, and back', (_what, bytes, text) => {
    expect(bytesToString(Uint8Array.from(bytes))).toBe(text);
    expect([...stringToBytes(text)]).toEqual(bytes);
  });

  it('keeps every byte alone, and every pair of bytes', () => {
    for (let first = 0; first < 256; first++) {
      const alone = Uint8Array.of(first);
      expect(bytesToString(alone)).toBe(first < 0x80 ? String.fromCharCode(first) : escaped(first));
      for (let second = 0; second < 256; second++) {
        const pair = Buffer.of(first, second);
        if (!stringToBytes(bytesToString(pair)).equals(pair)) expect.fail(`lost ${pair.toString('hex')}`);
      }
    }
  });

  it('keeps all bytes in a row', () => {
    const all = Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 7) & 0xff));
    expect(stringToBytes(bytesToString(all)).equals(all)).toBe(true);
  });

  it('is of the bytes asked for, also where they lie inside a larger buffer', () => {
    const buf = Buffer.from('before\xffafter', 'latin1');
    expect(sliceToString(buf, 6, 8)).toBe(`${escaped(0xff)}a`);
    expect(sliceToString(buf, 8, 8)).toBe('');
    expect(bytesToString(buf.subarray(7))).toBe('after');
  });

  it('turns surrogates that stand for no byte into U+FFFD', () => {
    expect(stringToBytes('\ud800a\udc7f').toString()).toBe('\ufffda\ufffd');
  });
});
