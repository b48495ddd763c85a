import { StringDecoder } from 'node:string_decoder';

/**
 * A key by name. Printable characters are themselves; the others: up down left right home end pageup pagedown insert
 * delete tab backtab enter escape backspace, ctrl-a to ctrl-z and the like, alt-x for a character after an escape.
 */
export type Key = string;

/** Makes keys of the bytes that a terminal sends. */
export interface KeyDecoder {
  /** The keys that these bytes complete, in the order in which they were pressed. */
  push(bytes: Uint8Array): Key[];
  /** More bytes may belong to what has come: whoever hears nothing for a while calls `flush`. */
  readonly waiting: boolean;
  /** Takes what is there for keys: an escape that nothing follows is the key itself. */
  flush(): Key[];
}

const ESCAPE = '\x1b';
/**
 * What follows an escape (ECMA-48 5.4): parameters, intermediates, a final byte. SS3 is `O`; the Linux console sends
 * `[[A` for F1.
 */
const SEQUENCE = /^(\[\[.|\[[0-?]*[ -/]*[@-~]|O[0-9;]*[@-~])/s;
const PARTIAL = /^(\[\[?|\[[0-?]*[ -/]*|O[0-9;]*)?$/;
/** No sequence that is known here is longer: what is longer is none. */
const LONGEST = 32;

/** By what follows the escape, without parameters for Shift, Ctrl and Alt. xterm, the Linux console, rxvt. */
const NAMES: Readonly<Record<string, Key>> = {
  ...each('up', '[A', 'OA'),
  ...each('down', '[B', 'OB'),
  ...each('right', '[C', 'OC'),
  ...each('left', '[D', 'OD'),
  ...each('home', '[H', 'OH', '[1~', '[7~'),
  ...each('end', '[F', 'OF', '[4~', '[8~'),
  ...each('insert', '[2~'),
  ...each('delete', '[3~'),
  ...each('pageup', '[5~'),
  ...each('pagedown', '[6~'),
  ...each('backtab', '[Z'),
  ...each('enter', 'OM'),
};

function each(key: Key, ...sequences: readonly string[]): Record<string, Key> {
  return Object.fromEntries(sequences.map((sequence) => [sequence, key]));
}

const CONTROLS: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\x7f': 'backspace',
  '\x1b': 'escape',
  '\0': 'ctrl-space',
};

export function keyDecoder(): KeyDecoder {
  const utf8 = new StringDecoder('utf8');
  let rest = '';

  const take = (final: boolean): Key[] => {
    const keys: Key[] = [];
    while (rest !== '') {
      if (!final && rest.length < LONGEST && rest[0] === ESCAPE && PARTIAL.test(rest.slice(1))) break;
      const [taken, key] = firstKey(rest);
      rest = rest.slice(taken);
      if (key !== undefined) keys.push(key);
    }
    return keys;
  };
  return {
    push(bytes) {
      rest += utf8.write(Buffer.from(bytes));
      return take(false);
    },
    get waiting() {
      return rest !== '';
    },
    flush: () => take(true),
  };
}

/** How many UTF-16 units of the text are the first key, and which it is; undefined: one without a name here. */
function firstKey(text: string): [taken: number, key: Key | undefined] {
  if (text[0] !== ESCAPE) return character(text);
  const after = text.slice(1);
  const [sequence] = SEQUENCE.exec(after) ?? [];
  if (sequence !== undefined) return [sequence.length + 1, NAMES[bare(sequence)]];
  if (after === '' || after[0] === ESCAPE) return character(text);
  const [taken, key] = character(after);
  return [taken + 1, key === undefined ? undefined : `alt-${key}`];
}

/** `[1;5A` is `[A` with Ctrl, `[5;2~` is `[5~` with Shift. */
function bare(sequence: string): string {
  return sequence.replace(/(?:^\[1)?;\d+(?=[A-Z~]$)/, (found) => (found.startsWith('[') ? '[' : ''));
}

function character(text: string): [taken: number, key: Key | undefined] {
  const char = String.fromCodePoint(text.codePointAt(0) as number);
  return [char.length, CONTROLS[char] ?? (char < ' ' ? ctrl(char) : /\p{Cc}/u.test(char) ? undefined : char)];
}

/** A control character is its letter less 64. */
function ctrl(char: string): Key {
  return `ctrl-${String.fromCharCode(char.charCodeAt(0) + 64).toLowerCase()}`;
}
