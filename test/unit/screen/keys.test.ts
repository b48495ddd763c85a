import { describe, expect, it } from 'vitest';
import { keyDecoder } from '../../../src/kit/screen/keys.ts';

const keysOf = (...pieces: readonly (string | Buffer)[]) => {
  const decoder = keyDecoder();
  const keys = pieces.flatMap((piece) => decoder.push(Buffer.from(piece as string)));
  return [...keys, ...decoder.flush()];
};

describe('keys from the bytes of a terminal', () => {
  it.each([
    ['q', ['q']],
    ['Ab ', ['A', 'b', ' ']],
    ['é日😀', ['é', '日', '😀']],
    ['\r\n', ['enter', 'enter']],
    ['\t\x7f\b', ['tab', 'backspace', 'backspace']],
    ['\x01\x03\x0c\x1a\x1c\0', ['ctrl-a', 'ctrl-c', 'ctrl-l', 'ctrl-z', 'ctrl-\\', 'ctrl-space']],
    ['\x1b[A\x1b[B\x1b[C\x1b[D', ['up', 'down', 'right', 'left']],
    ['\x1bOA\x1bOB\x1bOH\x1bOF\x1bOM', ['up', 'down', 'home', 'end', 'enter']],
    ['\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~', ['home', 'end', 'home', 'end', 'home', 'end']],
    ['\x1b[2~\x1b[3~\x1b[5~\x1b[6~\x1b[Z', ['insert', 'delete', 'pageup', 'pagedown', 'backtab']],
    ['\x1b[1;5A\x1b[1;2H\x1b[5;3~', ['up', 'home', 'pageup']],
    ['\x1b', ['escape']],
    ['\x1b\x1b', ['escape', 'escape']],
    ['\x1b\x1b[A', ['escape', 'up']],
    ['\x1bq\x1bé', ['alt-q', 'alt-é']],
    // unknown ones are no keys, and do not leak into what follows
    ['\x1b[[Aq\x1b[15~q\x1b[?1;2cq\x1b[200~q', ['q', 'q', 'q', 'q']],
    ['\u0080\u009b', []],
  ])('%j', (bytes, keys) => {
    expect(keysOf(bytes)).toEqual(keys);
    // whichever pieces they come in
    expect(keysOf(...[...Buffer.from(bytes)].map((byte) => Buffer.of(byte)))).toEqual(keys);
  });

  it('an escape waits for what may follow, until it is told that nothing does', () => {
    const decoder = keyDecoder();
    expect(decoder.push(Buffer.from('\x1b'))).toEqual([]);
    expect(decoder.waiting).toBe(true);
    expect(decoder.push(Buffer.from('[5'))).toEqual([]);
    expect(decoder.push(Buffer.from('~'))).toEqual(['pageup']);
    expect(decoder.waiting).toBe(false);
    decoder.push(Buffer.from('\x1b['));
    expect(decoder.flush()).toEqual(['alt-[']);
    expect(decoder.waiting).toBe(false);
  });

  it('a sequence that does not end is not waited for', () => {
    const decoder = keyDecoder();
    decoder.push(Buffer.from(`\x1b[${'1'.repeat(1000)}`));
    expect(decoder.waiting).toBe(false);
  });

  it('bytes that are no UTF-8 are the replacement character', () => {
    expect(keysOf(Buffer.of(0xff, 0x71))).toEqual(['\ufffd', 'q']);
  });
});
