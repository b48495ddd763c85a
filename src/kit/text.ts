import truncatedWidth from 'fast-string-truncated-width';
import { stringToBytes } from '../btf/bytes.ts';

const BEYOND_ASCII = /[^\x20-\x7e]/;
const BEYOND_BARE_JSON = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;
/**
 * What a terminal obeys, reorders by, or hides: controls, format characters (bidi), line separators, lone surrogates,
 * invisible letters. Variation selectors stay: they only choose the look of the character before them.
 */
const UNSAFE = /(?![\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
/** The same but for lone surrogates, which JSON.stringify escapes by itself. */
const UNSAFE_JSON = /(?![\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** A byte that is not UTF-8, as src/btf/bytes.ts carries it; a proper pair is one code point here and no match. */
const INVALID_BYTE = /[\udc80-\udcff]/u;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x1b': '\\e' };

/**
 * One printable line, whatever the bytes: `\n`, `\t`, `\r`, `\e`; `\xNN` is a byte (a control character below
 * U+0080, or a byte that is not UTF-8), `\u{…}` any other character that would not show. A backslash stays as it is:
 * JSON is the form without ambiguity.
 */
export function escapeText(text: string): string {
  return BEYOND_ASCII.test(text) ? text.replace(UNSAFE, escapeUnsafe) : text;
}

function escapeUnsafe(char: string): string {
  const code = char.codePointAt(0) as number;
  if (code >= 0xdc80 && code <= 0xdcff) return byteEscape(code - 0xdc00);
  return NAMED[char] ?? (code < 0x80 ? byteEscape(code) : `\\u{${code.toString(16)}}`);
}

function byteEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** The argument in double quotes, as bcc's -q shows it: `"` and `\` inside get a backslash, the rest is escaped text. */
export function quoteArg(arg: string): string {
  return `"${escapeText(arg.replace(/["\\]/g, '\\$&'))}"`;
}

/** Arguments on one line, each in quotes that would not be one word of its own without them. */
export function joinArgs(args: readonly string[]): string {
  return args.map((arg) => (/^[^\s"\\]+$/.test(arg) ? escapeText(arg) : quoteArg(arg))).join(' ');
}

/** Terminal cells that escaped text covers; East Asian wide characters and emoji cover two. */
export function displayWidth(text: string): number {
  return BEYOND_ASCII.test(text) ? truncatedWidth(text).width : text.length;
}

/** Escaped text in at most `cells` (1 or more) terminal cells; what was cut ends in `mark`, which covers one. */
export function cutText(text: string, cells: number, mark = '…'): string {
  if (text.length <= cells && !BEYOND_ASCII.test(text)) return text;
  const cut = truncatedWidth(text, { limit: cells, ellipsis: mark, ellipsisWidth: 1 });
  return cut.truncated ? `${text.slice(0, cut.index)}${mark}` : text;
}

/** Whether a string is the same in JSON, between quotes. */
export const isBareJson = (text: string): boolean => !BEYOND_BARE_JSON.test(text);

/**
 * The string in JSON without loss, on one line, with nothing raw in it that a terminal obeys: a JSON string, or
 * `{"b64":"…"}` with the original bytes when they are not UTF-8.
 */
export function jsonString(text: string): string {
  if (!BEYOND_BARE_JSON.test(text)) return `"${text}"`;
  if (!BEYOND_ASCII.test(text)) return JSON.stringify(text);
  if (INVALID_BYTE.test(text)) return `{"b64":"${stringToBytes(text).toString('base64')}"}`;
  return JSON.stringify(text).replace(UNSAFE_JSON, unicodeEscapes);
}

/** JSON knows UTF-16 units only. */
function unicodeEscapes(char: string): string {
  let escaped = '';
  for (let i = 0; i < char.length; i++) escaped += `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return escaped;
}
