import { describe, expect, it } from 'vitest';
import { readObject } from '../../src/btf/object.ts';
import type { BtfBuilder } from './btf/btf-builder.ts';
import { objectWith, objectWithEvent, type Types } from './btf/shapes.ts';

type Define = (btf: BtfBuilder, types: Types) => number;

function refusal(define: Define): string {
  try {
    readObject(objectWithEvent(define));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'not refused';
}

describe('an event struct is refused, with its name and the field, for', () => {
  const cases: readonly [what: string, define: Define, message: string][] = [
    [
      'padding between fields',
      (b, { u8, u32 }) =>
        b.struct('thing', 8, [
          ['a', u8, 0],
          ['b', u32, 32],
        ]),
      "struct thing: 3 bytes of padding before field 'b': reorder the fields, or add `__u8 reserved[3]`",
    ],
    [
      'padding at its end',
      (b, { u8, u16 }) =>
        b.struct('thing', 4, [
          ['a', u16, 0],
          ['b', u8, 16],
        ]),
      'struct thing: 1 byte of padding at its end: reorder the fields, or add `__u8 reserved[1]`',
    ],
    [
      'padding before its tail',
      (b, { char, tail, u8 }) =>
        b.struct('thing', 8, [
          ['a', tail, 0],
          ['b', u8, 32],
          ['tail', b.array(char, 0), 48],
        ]),
      'struct thing: 1 byte of padding before its tail: reorder the fields, or add `__u8 reserved[1]`',
    ],
    [
      'a bitfield',
      (b, { u32 }) =>
        b.struct('thing', 4, [
          ['a', u32, 0, 3],
          ['b', u32, 3, 29],
        ]),
      "struct thing: field 'a' is a bitfield",
    ],
    [
      'a bitfield of old compilers',
      (b) => b.struct('thing', 4, [['a', b.int('int', 4, 1, 5), 0]]),
      "struct thing: field 'a' is a bitfield",
    ],
    ['a pointer', (b) => b.struct('thing', 8, [['a', b.ptr(0), 0]]), "struct thing: field 'a' is a pointer"],
    ['a float', (b) => b.struct('thing', 8, [['a', b.float('double', 8), 0]]), "struct thing: field 'a' is a double"],
    [
      'a union',
      (b, { u32 }) => b.struct('thing', 4, [['a', b.union('u', 4, [['x', u32, 0]]), 0]]),
      "struct thing: field 'a' is a union",
    ],
    [
      'a 16-byte integer',
      (b) => b.struct('thing', 16, [['a', b.int('__int128', 16), 0]]),
      "struct thing: field 'a' is an integer of 16 bytes",
    ],
    [
      'a struct without a name',
      (b, { u32 }) => b.struct('thing', 4, [['a', b.struct('', 4, [['x', u32, 0]]), 0]]),
      "struct thing: field 'a' is a struct without a name",
    ],
    [
      'a member without a name',
      (b, { u32 }) => b.struct('thing', 4, [['', b.struct('inner', 4, [['x', u32, 0]]), 0]]),
      'its fields need one in front',
    ],
    [
      'an array of structs',
      (b, { u32 }) => b.struct('thing', 8, [['a', b.array(b.struct('inner', 4, [['x', u32, 0]]), 2), 0]]),
      "struct thing: field 'a' is an array of arrays or structs",
    ],
    [
      'an array of booleans',
      (b, { u8 }) => b.struct('thing', 2, [['a', b.array(b.typedef('flag_t', u8), 2), 0]]),
      "struct thing: field 'a' is an array of booleans",
    ],
    [
      'an array without a length',
      (b, { u8, tail }) =>
        b.struct('thing', 4, [
          ['a', tail, 0],
          ['tail', b.array(u8, 0), 32],
        ]),
      "struct thing: field 'tail' has no length",
    ],
    [
      'a tail without pieces',
      (b, { u32, char }) =>
        b.struct('thing', 4, [
          ['a', u32, 0],
          ['tail', b.array(char, 0), 32],
        ]),
      'belong together',
    ],
    ['pieces without a tail', (b, { tail }) => b.struct('thing', 4, [['a', tail, 0]]), 'belong together'],
    [
      'a field that no typed array reaches',
      (b, { u8, u32 }) =>
        b.struct('thing', 5, [
          ['a', u8, 0],
          ['b', u32, 8],
        ]),
      "struct thing: field 'b' is not aligned to 4 bytes",
    ],
    [
      'a size that misaligns the next one',
      (b, { u8, u32 }) =>
        b.struct('thing', 5, [
          ['a', u32, 0],
          ['b', u8, 32],
        ]),
      'its size, 5, is not a multiple of 4',
    ],
    [
      'overlapping fields',
      (b, { u32 }) =>
        b.struct('thing', 8, [
          ['a', u32, 0],
          ['b', u32, 0],
        ]),
      "fields overlap before field 'b'",
    ],
    [
      'a typedef that is not what its name says',
      (b, { u32 }) => b.struct('thing', 4, [['a', b.typedef('pid_t', u32), 0]]),
      "struct thing: field 'a': pid_t must be s32",
    ],
    [
      'a hole in an inner struct',
      (b, { u8, u16 }) =>
        b.struct('thing', 4, [
          [
            'a',
            b.struct('inner', 4, [
              ['x', u8, 0],
              ['y', u16, 16],
            ]),
            0,
          ],
        ]),
      "struct inner: 1 byte of padding before field 'y'",
    ],
  ];
  it.each(cases)('%s', (_what, define, message) => {
    expect(refusal(define)).toContain(message);
  });

  it('and not for explicit padding, packed words, or a tail inside the padded size', () => {
    const object = readObject(
      objectWithEvent((b, { u8, u32, u64, char, tail }) =>
        b.struct('thing', 24, [
          ['a', u32, 0],
          ['b', u64, 32],
          ['c', u8, 96],
          ['_pad', b.array(u8, 3), 104],
          ['d', tail, 128],
          ['tail', b.array(char, 0), 160],
        ]),
      ),
    );
    expect(object.events[0].struct.tail).toBe(20);
  });
});

describe('other exports are refused for', () => {
  const read = (define: (btf: BtfBuilder, types: Types) => void) => () => readObject(objectWith(define));

  it('a pointer in a map value', () => {
    const file = read((b) =>
      b.datasec('.maps', [b.map('starts', 1, 10, { value: b.struct('start', 8, [['task', b.ptr(0), 0]]) })]),
    );
    expect(file).toThrow("struct start: field 'task' is a pointer");
  });

  it('a variable tail in a map value', () => {
    const file = read((b, { char, tail }) =>
      b.datasec('.maps', [
        b.map('starts', 1, 10, {
          value: b.struct('s', 4, [
            ['a', tail, 0],
            ['tail', b.array(char, 0), 32],
          ]),
        }),
      ]),
    );
    expect(file).toThrow("the value of map 'starts' has a variable tail");
  });

  it('a map type that the kernel did not have', () => {
    expect(read((b) => b.datasec('.maps', [b.map('m', 200, 1)]))).toThrow("map 'm' is of the unknown type 200");
  });

  it('an event without a ring, or two on one', () => {
    const event = (b: BtfBuilder, { u32 }: Types, name: string) =>
      b.var(`${name}_event`, b.ptr(b.const(b.struct(name, 4, [['a', u32, 0]]))));
    expect(read((b, t) => b.datasec('.bss', [event(b, t, 'one')]))).toThrow("event 'one' has no ring buffer");
    const shared = read((b, t) => {
      b.datasec('.maps', [b.map('events', 27, 4096)]);
      b.datasec('.bss', [event(b, t, 'one'), event(b, t, 'two')]);
    });
    expect(shared).toThrow("map 'events' would carry more than one event");
  });

  it('a constant that is a struct, or has no place', () => {
    const constant = (b: BtfBuilder, type: number) => b.datasec('.rodata', [b.var('c', b.const(b.volatile(type)))]);
    expect(read((b, { u32 }) => constant(b, b.struct('s', 4, [['a', u32, 0]])))).toThrow("constant 'c' is a struct");
    expect(read((b, { u32 }) => constant(b, u32))).toThrow("variable 'c' has no symbol in .rodata");
  });

  it('a counter of lost events that is not a u64', () => {
    expect(read((b, { u32 }) => b.datasec('.bss', [b.var('lost', u32)]))).toThrow("variable 'lost' must be __u64");
  });
});
