import { describe, expect, it } from 'vitest';
import { fileLayoutHash, layoutHash } from '../../src/btf/hash.ts';
import type { ObjectModel } from '../../src/btf/model.ts';
import { readObject } from '../../src/btf/object.ts';
import type { BtfBuilder } from './btf/btf-builder.ts';
import { sample } from './btf/sample.ts';
import { sampleObject } from './btf/sample-object.ts';
import { objectWith, objectWithEvent, struct, type Types } from './btf/shapes.ts';

describe('the layout hash', () => {
  it('is the one in the generated file', () => {
    expect(fileLayoutHash(sampleObject)).toBe(sample.hash);
    expect(sample.hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('does not depend on the order of types, nor on types and names that are not exported', () => {
    const event = struct('thing', 8, { a: ['u32', 0], b: ['s32', 4] });
    const plain = (b: BtfBuilder, types: Types) => {
      const anchor = b.var('thing_event', b.ptr(b.const(event(b, types))));
      b.datasec('.maps', [b.map('counts', 1, 8, { key: types.u32, value: types.u64 }), b.map('events', 27, 4096)]);
      b.datasec('.bss', [anchor]);
    };
    const reordered = (b: BtfBuilder, types: Types) => {
      struct('other', 4, { x: ['u32', 0] })(b, types);
      const number = b.typedef('__u32', types.u32);
      const ring = b.map('events', 27, 4096);
      b.datasec('.maps', [ring, b.map('counts', 1, 8, { key: number, value: types.u64 })]);
      b.datasec('.bss', [b.var('unrelated', types.u32), b.var('thing_event', b.ptr(b.const(event(b, types))))]);
    };
    expect(fileLayoutHash(objectWith(reordered))).toBe(fileLayoutHash(objectWith(plain)));
  });

  it('changes with whatever a decoder relies on', () => {
    const events = [
      struct('thing', 8, { a: ['u32', 0], b: ['s32', 4] }),
      struct('thing', 8, { b: ['s32', 0], a: ['u32', 4] }),
      struct('thing', 8, { a: ['u32', 0], c: ['s32', 4] }),
      struct('thing', 8, { a: ['u32', 0], b: ['u32', 4] }),
      struct('thing', 8, { a: ['u32', 0], b: [(b, { s32 }) => b.typedef('pid_t', s32), 4] }),
      struct('thing', 8, { a: ['u64', 0] }),
      struct('thingy', 8, { a: ['u32', 0], b: ['s32', 4] }),
      struct('thing', 8, { a: ['u32', 0], b: [struct('inner', 4, { x: ['s32', 0] }), 4] }),
      struct('thing', 8, { a: ['u32', 0], b: [struct('inner', 4, { y: ['s32', 0] }), 4] }),
    ];
    const hashes = events.map((event) => fileLayoutHash(objectWithEvent(event)));
    expect(new Set(hashes).size).toBe(events.length);
  });

  it('changes with programs, maps, constants and the counter of lost events', () => {
    const object = readObject(sampleObject);
    const [program, ...programs] = object.programs;
    const [map, ...maps] = object.maps;
    const [constant, ...constants] = object.constants;
    const changed: ObjectModel[] = [
      object,
      { ...object, programs },
      { ...object, programs: [{ ...program, section: 'xdp' }, ...programs] },
      { ...object, maps },
      { ...object, maps: [{ ...map, kind: 'hash' }, ...maps] },
      { ...object, maps: [{ ...map, maxEntries: 1 }, ...maps] },
      { ...object, maps: [{ ...map, valueSize: 4 }, ...maps] },
      { ...object, constants },
      { ...object, constants: [{ ...constant, offset: 6 }, ...constants] },
      { ...object, constants: [{ ...constant, kind: 'uint' }, ...constants] },
      { ...object, lost: { offset: 8 } },
      { ...object, lost: undefined },
      { ...object, events: object.events.map((event) => ({ ...event, map: 'events' })) },
    ];
    expect(new Set(changed.map(layoutHash)).size).toBe(changed.length);
  });
});
