import { describe, expect, it } from 'vitest';
import { ObjectError } from '../../src/btf/errors.ts';
import { readObject } from '../../src/btf/object.ts';
import { btfBuilder } from './btf/btf-builder.ts';
import { objectFile } from './btf/elf-builder.ts';
import { sampleObject } from './btf/sample-object.ts';
import { objectWith, objectWithEvent, struct } from './btf/shapes.ts';

describe('an object file of clang', () => {
  const object = readObject(sampleObject);

  it('has its programs, without subprograms and the mark of optional ones', () => {
    expect(object.programs).toEqual([
      { name: 'visit_enter', section: 'tracepoint/syscalls/sys_enter_execve' },
      { name: 'visit_kprobe', section: 'kprobe' },
    ]);
  });

  it('has its maps, with sizes where it names no types', () => {
    const maps = object.maps.map(({ key, value, ...map }) => ({ ...map, key: key?.kind, value: value?.kind }));
    const untyped = { key: undefined, value: undefined };
    expect(maps).toEqual([
      { name: 'events', kind: 'ringbuf', maxEntries: 1 << 20, keySize: 0, valueSize: 0, ...untyped },
      {
        name: 'flows',
        kind: 'percpu_hash',
        maxEntries: 1024,
        keySize: 52,
        valueSize: 56,
        key: 'struct',
        value: 'struct',
      },
      { name: 'goodbye_events', kind: 'ringbuf', maxEntries: 4096, keySize: 0, valueSize: 0, ...untyped },
      { name: 'histograms', kind: 'hash', maxEntries: 0, keySize: 8, valueSize: 32, key: 'uint', value: 'list' },
      { name: 'stacks', kind: 'stack_trace', maxEntries: 10, keySize: 4, valueSize: 1016, ...untyped },
    ]);
  });

  it('has its const volatile globals as constants, and no others', () => {
    expect(object.constants).toEqual([
      { name: 'by_uid', offset: 4, size: 1, kind: 'bool', count: 1 },
      { name: 'hidden', offset: 92, size: 2, kind: 'uint', count: 1 },
      { name: 'min_ns', offset: 8, size: 8, kind: 'uint', count: 1 },
      { name: 'ports', offset: 32, size: 4, kind: 'int', count: 4 },
      { name: 'prefix', offset: 16, size: 16, kind: 'string', count: 1 },
      { name: 'target_uid', offset: 0, size: 4, kind: 'uint', count: 1 },
      { name: 'verbose', offset: 5, size: 1, kind: 'bool', count: 1 },
      { name: 'who', offset: 48, size: 16, kind: 'string', count: 1 },
    ]);
  });

  it('has an event for each anchor, with the ring of its own or the common one', () => {
    expect(object.events.map(({ name, map, struct }) => [name, map, struct.name, struct.size, struct.tail])).toEqual([
      ['goodbye', 'goodbye_events', 'goodbye', 12, undefined],
      ['visit', 'events', 'visit', 216, 216],
    ]);
  });
});

describe('a struct in a struct', () => {
  const inner = struct('inner', 8, { x: ['u32', 0], y: ['u32', 4] });
  const fieldsOf = (name: string) => {
    const { events } = readObject(objectWithEvent(struct('outer', 12, { a: ['u32', 0], [name]: [inner, 4] })));
    return events[0].struct.fields.map(({ name, offset }) => [name, offset]);
  };

  it('is one field when it has a name', () => {
    expect(fieldsOf('b')).toEqual([
      ['a', 0],
      ['b', 4],
    ]);
  });

  it('lends its fields to the outer one when it has none', () => {
    expect(fieldsOf('')).toEqual([
      ['a', 0],
      ['x', 4],
      ['y', 8],
    ]);
  });
});

describe('what is no good object file', () => {
  const refusal = (file: Uint8Array) => {
    expect(() => readObject(file)).toThrow(ObjectError);
    return expect(() => readObject(file));
  };

  it('is refused when it is not ELF, not BPF, or without BTF', () => {
    refusal(Buffer.from('#!/bin/sh')).toThrow('not a little-endian ELF64 file');
    refusal(Buffer.alloc(0)).toThrow('not a little-endian ELF64 file');
    const other = Buffer.from(objectFile({}));
    other.writeUInt16LE(62, 18);
    refusal(other).toThrow('not a BPF object file');
    refusal(objectFile({})).toThrow('no BTF: compile with clang -g');
  });

  it('is refused wherever it was cut', () => {
    for (let length = 0; length < sampleObject.length; length += 61) refusal(sampleObject.subarray(0, length));
  });

  it('is never read beyond its end, whatever its bytes are', () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % below;
    };
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const file = Buffer.from(sampleObject);
      for (let i = 0; i < 4; i++) file[random(file.length)] = random(256);
      try {
        readObject(file);
      } catch (error) {
        expect(error).toBeInstanceOf(ObjectError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  it('is refused when its BTF has a wrong head, an unknown kind, or goes in circles', () => {
    refusal(objectFile({ btf: Buffer.alloc(24) })).toThrow('corrupt BTF: wrong magic number');
    refusal(objectWith((btf) => btf.raw(25, 'new', 0))).toThrow(/BTF type 8 is of the unknown kind 25/);
    const circle = btfBuilder();
    const self = circle.typedef('self', 1);
    circle.datasec('.maps', [circle.var('map', self)]);
    refusal(objectFile({ btf: circle.bytes() })).toThrow('refers to itself');
    const nested = btfBuilder();
    nested.struct('deep', 8, [['deep', 1, 0]]);
    nested.datasec('.bss', [nested.var('deep_event', nested.ptr(nested.const(1)))]);
    refusal(objectFile({ btf: nested.bytes() })).toThrow(ObjectError);
  });

  it('reads the kinds that no export uses', () => {
    const file = objectWith(
      (btf, { u32 }) => {
        btf.raw(7, 'forward', 0);
        btf.raw(11, '', u32);
        btf.raw(13, '', u32, [0, u32, 0, u32], 2);
        btf.raw(12, 'function', 10);
        btf.raw(17, 'tag', u32, [0xffffffff]);
        btf.raw(18, 'type_tag', u32);
        btf.raw(6, 'values', 4, [0, 1, 0, 2], 2);
        btf.raw(19, 'wide', 8, [0, 1, 0, 0, 2, 1], 2);
        btf.float('double', 8);
        btf.datasec('.bss', [btf.var('lost', btf.int('unsigned long', 8))]);
      },
      [{ name: 'lost', section: '.bss', value: 24 }],
    );
    expect(readObject(file).lost).toEqual({ offset: 24 });
  });
});
