import { describe, expect, it } from 'vitest';
import { bytesToString, stringToBytes } from '../../src/btf/bytes.ts';
import { cutText, displayWidth, escapeText, joinArgs, jsonString, quoteArg } from '../../src/kit/text.ts';

const invalid = bytesToString(Uint8Array.of(0x61, 0xff, 0x62, 0x9b, 0x63));

/** What a terminal or a pager could obey, reorder by, or hide. */
const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('escapeText', () => {
  it.each([
    ['plain text stays', 'make -j8 "all"', 'make -j8 "all"'],
    ['a newline cannot begin a row', 'a\nroot 1 2', 'a\\nroot 1 2'],
    ['tab, return and escape have names', '\t\r\x1b[2J', '\\t\\r\\e[2J'],
    ['other controls are bytes', '\0\x07\x7f', '\\x00\\x07\\x7f'],
    ['C1 controls are characters, not bytes', '\u0085\u009b2J', '\\u{85}\\u{9b}2J'],
    ['bytes that are not UTF-8', invalid, 'a\\xffb\\x9bc'],
    ['a surrogate that stands for no byte', 'x\ud83dy', 'x\\u{d83d}y'],
    ['writing direction', 'a\u202eb\u2066c\u200f', 'a\\u{202e}b\\u{2066}c\\u{200f}'],
    ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['invisible letters and tags', '\u200b\u3164\u{e0041}', '\\u{200b}\\u{3164}\\u{e0041}'],
    ['letters of any script stay', 'naïve – 日本語 – 🇩🇪 – ⚠️ …', 'naïve – 日本語 – 🇩🇪 – ⚠️ …'],
    ['a backslash stays', 'a\\n', 'a\\n'],
  ])('%s', (_, text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
  });

  it('leaves nothing dangerous of all code points', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const text = escapeText(String.fromCodePoint(code));
      if (dangerous.test(text)) expect.fail(`U+${code.toString(16)} is left as it is`);
    }
  });
});

describe('quoteArg', () => {
  it('escapes what would end the quotes, and controls', () => {
    expect(quoteArg('say "hi" \\ bye\n')).toBe('"say \\"hi\\" \\\\ bye\\n"');
  });
  it('shows an empty argument', () => {
    expect(quoteArg('')).toBe('""');
  });
});

describe('joinArgs', () => {
  it('quotes only what is not one word', () => {
    expect(joinArgs(['ls', '-l', 'a b', '', 'x\ty', 'd"q', "it's"])).toBe('ls -l "a b" "" "x\\ty" "d\\"q" it\'s');
  });
});

describe('displayWidth and cutText', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['🇩🇪!', 3],
    ['…', 1],
  ])('%j covers %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });

  it.each([
    ['exactly', 7, 'exactly'],
    ['one too long', 11, 'one too lo…'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['ab', 1, '…'],
  ])('%j in %i cells is %j', (text, cells, cut) => {
    expect(cutText(text, cells)).toBe(cut);
    expect(displayWidth(cut)).toBeLessThanOrEqual(cells);
  });
});

describe('jsonString', () => {
  it.each([
    '',
    'plain',
    'q"b\\s/',
    'nul\0 esc\x1b nl\n',
    'ü 日本 🎉',
    '\u2028\u202e\u009b\x7f\u{e0041}',
    'lone \ud83d',
  ])('%j comes back from JSON.parse', (text) => {
    expect(JSON.parse(jsonString(text))).toBe(text);
  });

  it('has nothing raw in it that a terminal obeys', () => {
    expect(jsonString('\x1b[2J\u009b\x7f\u202e\u2028')).toBe('"\\u001b[2J\\u009b\\u007f\\u202e\\u2028"');
  });

  it('carries bytes that are not UTF-8 without loss', () => {
    const { b64 } = JSON.parse(jsonString(invalid));
    expect([...Buffer.from(b64, 'base64')]).toEqual([0x61, 0xff, 0x62, 0x9b, 0x63]);
  });

  it('is lossless for every single byte and every pair with one that is not UTF-8', () => {
    for (let high = 0; high < 256; high++) {
      for (const low of [0x0a, 0x22, 0x80, 0xc3, 0xff]) {
        const value = JSON.parse(jsonString(bytesToString(Uint8Array.of(high, low))));
        const bytes = typeof value === 'string' ? stringToBytes(value) : Buffer.from(value.b64, 'base64');
        expect([...bytes]).toEqual([high, low]);
      }
    }
  });
});
