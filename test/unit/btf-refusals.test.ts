import { describe, expect, it } from 'vitest';
import { readObject } from '../../src/btf/object.ts';
import { array, type Define, objectWithEvent, struct } from './btf/shapes.ts';

const thing = (size: number, members: Parameters<typeof struct>[2]) => struct('thing', size, members);
const inner = struct('inner', 4, { x: ['u32', 0] });
const typedef =
  (name: string, type: 'u8' | 'u32'): Define =>
  (btf, types) =>
    btf.typedef(name, types[type]);

describe('an event struct is refused for', () => {
  it.each<[what: string, define: Define, message: string]>([
    [
      'padding between fields',
      thing(8, { a: ['u8', 0], b: ['u32', 4] }),
      "struct thing: 3 bytes of padding before field 'b': reorder the fields, or add `__u8 reserved[3]`",
    ],
    ['padding at its end', thing(4, { a: ['u16', 0], b: ['u8', 2] }), 'struct thing: 1 byte of padding at its end'],
    [
      'padding before its tail',
      thing(8, { a: ['tail', 0], b: ['u8', 4], tail: [array('char', 0), 6] }),
      'struct thing: 1 byte of padding before its tail',
    ],
    [
      'padding in an inner struct',
      thing(4, { a: [struct('inner', 4, { x: ['u8', 0], y: ['u16', 2] }), 0] }),
      "struct inner: 1 byte of padding before field 'y'",
    ],
    ['a bitfield', thing(4, { a: ['u32', 0, 0, 3], b: ['u32', 0, 3, 29] }), "field 'a' is a bitfield"],
    ['a bitfield of old compilers', thing(4, { a: [(b) => b.int('int', 4, 1, 5), 0] }), "field 'a' is a bitfield"],
    ['a pointer', thing(8, { a: [(b) => b.ptr(0), 0] }), "struct thing: field 'a' is a pointer"],
    ['a float', thing(8, { a: [(b) => b.float('double', 8), 0] }), "struct thing: field 'a' is a double"],
    ['a union', thing(4, { a: [(b, { u32 }) => b.union('u', 4, [['x', u32, 0]]), 0] }), "field 'a' is a union"],
    ['a function', thing(8, { a: [(b) => b.raw(13, '', 0), 0] }), "field 'a' is of the kind func_proto"],
    ['a 16-byte integer', thing(16, { a: [(b) => b.int('__int128', 16), 0] }), 'is an integer of 16 bytes'],
    ['an inner struct without a name', thing(4, { a: [struct('', 4, { x: ['u32', 0] }), 0] }), 'without a name'],
    ['a member without a name', thing(4, { '': ['u32', 0] }), 'has no name'],
    [
      'an inner tail without a name',
      thing(4, { '': [struct('inner', 4, { x: ['tail', 0], tail: [array('char', 0), 4] }), 0] }),
      'tail of its own',
    ],
    ['an array of structs', thing(8, { a: [array(inner, 2), 0] }), "field 'a' is an array of arrays or structs"],
    ['an array of arrays', thing(8, { a: [array(array('u16', 2), 2), 0] }), "field 'a' is an array of arrays"],
    ['an array of flags', thing(2, { a: [array(typedef('flag_t', 'u8'), 2), 0] }), "field 'a' is an array of booleans"],
    [
      'an array without a length',
      thing(4, { a: ['tail', 0], tail: [array('u8', 0), 4] }),
      "struct thing: field 'tail' has no length",
    ],
    ['a tail without pieces', thing(4, { a: ['u32', 0], tail: [array('char', 0), 4] }), 'belong together'],
    ['pieces without a tail', thing(4, { a: ['tail', 0] }), 'belong together'],
    [
      'an inner tail',
      thing(4, { a: [struct('inner', 4, { x: ['tail', 0], tail: [array('char', 0), 4] }), 0] }),
      "struct thing: field 'a' has a tail of its own",
    ],
    [
      'a field that no typed array reaches',
      thing(5, { a: ['u8', 0], b: ['u32', 1] }),
      "struct thing: field 'b' is not aligned to 4 bytes",
    ],
    [
      'a size that would misalign the next one',
      thing(5, { a: ['u32', 0], b: ['u8', 4] }),
      'struct thing: its size, 5, is not a multiple of 4',
    ],
    ['overlapping fields', thing(8, { a: ['u32', 0], b: ['u32', 0] }), "fields overlap before field 'b'"],
    ['a typedef that breaks its promise', thing(4, { a: [typedef('pid_t', 'u32'), 0] }), 'pid_t must be s32'],
  ])('%s', (_what, define, message) => {
    expect(() => readObject(objectWithEvent(define))).toThrow(message);
  });

  it('and not for explicit padding, packed words, or a tail that begins inside the padded size', () => {
    const object = readObject(
      objectWithEvent(
        thing(24, {
          a: ['u32', 0],
          b: ['u64', 4],
          c: ['u8', 12],
          _pad: [array('u8', 3), 13],
          d: ['tail', 16],
          tail: [array('char', 0), 20],
        }),
      ),
    );
    expect(object.events[0].struct.tail).toBe(20);
  });
});
