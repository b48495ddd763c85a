import { describe, expect, it } from 'vitest';
import { readObject } from '../../src/btf/object.ts';
import type { BtfBuilder } from './btf/btf-builder.ts';
import { array, type Define, objectWith, struct, type Types } from './btf/shapes.ts';

const reading = (define: (btf: BtfBuilder, types: Types) => void) => () => readObject(objectWith(define));
const single = struct('single', 4, { a: ['u32', 0] });

describe('a map is refused', () => {
  const mapOf = (value: Define) =>
    reading((b, types) => b.datasec('.maps', [b.map('starts', 1, 10, { value: value(b, types) })]));

  it('for a pointer in its value', () => {
    const start = struct('start', 8, { task: [(b) => b.ptr(0), 0] });
    expect(mapOf(start)).toThrow("struct start: field 'task' is a pointer");
  });

  it('for a variable tail in its value', () => {
    const start = struct('start', 4, { a: ['tail', 0], tail: [array('char', 0), 4] });
    expect(mapOf(start)).toThrow("the value of map 'starts' has a variable tail");
  });

  it('for a type that the kernel does not have', () => {
    expect(reading((b) => b.datasec('.maps', [b.map('m', 200, 1)]))).toThrow("map 'm' is of the unknown type 200");
  });

  it('when it is no struct', () => {
    expect(reading((b, { u32 }) => b.datasec('.maps', [b.var('m', u32)]))).toThrow(
      "map 'm' is not defined by a struct",
    );
  });
});

describe('an event is refused', () => {
  const anchor = (b: BtfBuilder, types: Types, name: string) =>
    b.var(`${name}_event`, b.ptr(b.const(single(b, types))));

  it('without a ring', () => {
    expect(reading((b, t) => b.datasec('.bss', [anchor(b, t, 'one')]))).toThrow(
      "event 'one' has no ring buffer: name one 'events' or 'one_events'",
    );
  });

  it('when another one is on its ring', () => {
    const shared = reading((b, t) => {
      b.datasec('.maps', [b.map('events', 27, 4096)]);
      b.datasec('.bss', [anchor(b, t, 'one'), anchor(b, t, 'two')]);
    });
    expect(shared).toThrow("map 'events' would carry more than one event");
  });
});

describe('a variable is refused', () => {
  const constant = (type: Define) =>
    reading((b, t) => b.datasec('.rodata', [b.var('c', b.const(b.volatile(type(b, t))))]));

  it('as a constant, when it is a struct', () => {
    expect(constant(single)).toThrow("constant 'c' is a struct: use one constant for each of its fields");
  });

  it('when it lies nowhere', () => {
    expect(constant((_, { u32 }) => u32)).toThrow("variable 'c' has no symbol in .rodata");
  });

  it('as the counter of lost events, when it is not a u64', () => {
    expect(reading((b, { s32 }) => b.datasec('.bss', [b.var('lost', s32)]))).toThrow("variable 'lost' must be __u64");
  });
});
