import { describe, expect, it } from 'vitest';
import { recordView } from '../../src/btf/layout.ts';
import { AT, emptyRecord, writeWords } from './btf/records.ts';
import { sample, type Visit } from './btf/sample.ts';

const { visit } = sample.events;
/** Where the lengths of the pieces lie. */
const LENGTHS = 204;

function visitWithTail(lengths: readonly number[], tail: Buffer, length = visit.size + tail.length): Visit {
  const view = emptyRecord(visit.size);
  writeWords(view, AT + LENGTHS, lengths);
  tail.copy(view.buf, AT + visit.size);
  return visit.decode(view, AT, length);
}

describe('a tail', () => {
  it('has its pieces one after the other', () => {
    const exe = Buffer.from('bash\0bin\0usr\0');
    const args = Buffer.from('ls\0-l\0\0');
    const note = Buffer.from('hello');
    const event = visitWithTail([exe.length, args.length, note.length], Buffer.concat([exe, args, note]));
    expect(event).toMatchObject({ exe: '/usr/bin/bash', args: ['ls', '-l', ''], note: 'hello' });
  });

  it('has strings of which the last may lack its NUL', () => {
    expect(visitWithTail([0, 5, 0], Buffer.from('a\0b\0c')).args).toEqual(['a', 'b', 'c']);
    expect(visitWithTail([0, 1, 0], Buffer.from('\0')).args).toEqual(['']);
  });

  it.each([
    ['', ''],
    ['\0', '/'],
    ['tmp\0', '/tmp'],
    ['tmp', '/tmp'],
    ['b\0a', '/a/b'],
    ['…\0', '/…'],
  ])('%j is the path %j', (piece, path) => {
    const bytes = Buffer.from(piece);
    expect(visitWithTail([bytes.length, 0, 0], bytes).exe).toBe(path);
  });

  it('has paths of any length', () => {
    const names = Array.from({ length: 300 }, (_, i) => `directory-${i}`);
    const piece = Buffer.from(`${names.toReversed().join('\0')}\0`);
    const view = recordView(new ArrayBuffer(8192));
    view.buf.writeUInt32LE(piece.length, LENGTHS);
    piece.copy(view.buf, visit.size);
    expect(visit.decode(view, 0, visit.size + piece.length).exe).toBe(`/${names.join('/')}`);
  });

  it('keeps bytes that are not UTF-8, in strings and in paths', () => {
    const event = visitWithTail([4, 3, 2], Buffer.from('\xff\0\xc3\0a\xfe\0\xe6\x97', 'latin1'));
    expect(event).toMatchObject({ exe: '/\udcc3/\udcff', args: ['a\udcfe'], note: '\udce6\udc97' });
  });

  it('never reaches beyond its record, whatever its lengths say', () => {
    const huge = 0xffffffff;
    const tail = Buffer.from('abc');
    expect(visitWithTail([0, 0, huge], tail).note).toBe('abc');
    expect(visitWithTail([0, huge, huge], tail)).toMatchObject({ args: ['abc'], note: '' });
    expect(visitWithTail([huge, huge, huge], tail)).toMatchObject({ exe: '/abc', args: [], note: '' });
    expect(visitWithTail([1, 1, 2], tail)).toMatchObject({ exe: '/a', args: ['b'], note: 'c' });
    expect(visitWithTail([0, 0, 3], tail, visit.size)).toMatchObject({ exe: '', args: [], note: '' });
  });
});
