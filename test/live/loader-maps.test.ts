import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BpfObject } from '../../src/bpf/object.ts';
import { cpus } from '../../src/host/cpus.ts';
import { maps } from '../gen/maps.ts';
import { failureOf, openFixture } from './loader/fixtures.ts';

let object: BpfObject<typeof maps>;
beforeAll(() => {
  object = openFixture(maps);
  object.load();
});
afterAll(() => object.close());

const flow = (n: number) => ({ address: `10.1.${n >> 8}.${n & 255}`, port: n & 0xffff, family: 2 });

describe('a hash map', () => {
  it('gives back all that was put in, with more entries than one batch holds', () => {
    const count = 20_000;
    for (let n = 0; n < count; n++) object.update('flows', flow(n), { bytes: n * 2 ** 20, packets: n });
    const entries = object.readMap('flows');
    expect(entries.length).toBe(count);
    const byPort = new Map(entries.map(([key, value]) => [key.port, { key, value }]));
    for (let n = 0; n < count; n++) {
      expect(byPort.get(n)).toEqual({ key: flow(n), value: { bytes: n * 2 ** 20, packets: n } });
    }
    for (let n = 0; n < count; n++) expect(object.delete('flows', flow(n))).toBe(true);
    expect(object.readMap('flows')).toEqual([]);
  });

  it('says what is there and what is not', () => {
    const key = flow(7);
    expect(object.lookup('flows', key)).toBeUndefined();
    expect(object.update('flows', key, { bytes: 1, packets: 1 }, 'replace')).toBe(false);
    expect(object.update('flows', key, { bytes: 2, packets: 1 }, 'create')).toBe(true);
    expect(object.update('flows', key, { bytes: 3, packets: 1 }, 'create')).toBe(false);
    expect(object.lookup('flows', key)).toEqual({ bytes: 2, packets: 1 });
    expect(object.lookup('flows', flow(8))).toBeUndefined();
    expect(object.update('flows', key, { bytes: 4, packets: 2 }, 'replace')).toBe(true);
    expect(object.update('flows', key, { bytes: 5, packets: 2 })).toBe(true);
    expect(object.readMap('flows')).toEqual([[key, { bytes: 5, packets: 2 }]]);
    expect(object.delete('flows', key)).toBe(true);
    expect(object.delete('flows', key)).toBe(false);
  });

  it('says when it is full', () => {
    const cpu = cpus('possible').map(() => 0);
    for (let n = 0; n < 64; n++) object.update('by_cpu', n, cpu);
    const error = failureOf(() => object.update('by_cpu', 64, cpu));
    expect(error).toMatchObject({ code: 'E2BIG', what: 'update map by_cpu' });
    for (let n = 0; n < 64; n++) object.delete('by_cpu', n);
  });

  it('forgets the oldest when it is an LRU', () => {
    for (let n = 0; n < 1000; n++) object.update('recent', n, n);
    const entries = object.readMap('recent');
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.length).toBeLessThanOrEqual(64);
    expect(entries.every(([key, value]) => key === value)).toBe(true);
    expect(object.lookup('recent', 999)).toBe(999);
  });
});

describe('a per-CPU map', () => {
  const values = cpus('possible').map((cpu) => 100 + cpu);

  it('has a value for each CPU that is possible', () => {
    expect(object.update('by_cpu', 5, values)).toBe(true);
    expect(object.lookup('by_cpu', 5)).toEqual(values);
    expect(object.readMap('by_cpu')).toEqual([[5, values]]);
    expect(() => object.update('by_cpu', 6, [...values, 1])).toThrow(RangeError);
    expect(object.delete('by_cpu', 5)).toBe(true);
  });

  it('is read whole when it is an array', () => {
    object.update('slots', 2, values);
    const zeros = values.map(() => 0);
    expect(object.readMap('slots')).toEqual([
      [0, zeros],
      [1, zeros],
      [2, values],
      [3, zeros],
    ]);
    expect(failureOf(() => object.delete('slots', 2))).toMatchObject({ code: 'EINVAL' });
    expect(object.lookup('slots', 4)).toBeUndefined();
  });
});

describe('a trie of prefixes', () => {
  it('is looked up by its longest match, and read by prefix', () => {
    const prefix = (length: number, ...address: number[]) => ({ length, address });
    object.update('prefixes', prefix(8, 10, 0, 0, 0), 1);
    object.update('prefixes', prefix(16, 10, 1, 0, 0), 2);
    expect(object.lookup('prefixes', prefix(32, 10, 1, 2, 3))).toBe(2);
    expect(object.lookup('prefixes', prefix(32, 10, 2, 2, 3))).toBe(1);
    expect(object.lookup('prefixes', prefix(32, 11, 2, 2, 3))).toBeUndefined();
    expect(new Map(object.readMap('prefixes').map(([key, value]) => [value, key]))).toEqual(
      new Map([
        [1, prefix(8, 10, 0, 0, 0)],
        [2, prefix(16, 10, 1, 0, 0)],
      ]),
    );
  });
});

describe('a map without entries', () => {
  it('is refused: a ring buffer is drained', () => {
    expect(() => object.readMap('events')).toThrow(TypeError);
  });
});

describe('what a program does', () => {
  it('is seen in its maps, with the constants that were set, and those that were not', () => {
    using own = openFixture(maps);
    own.setConstants({ target: process.pid, enabled: true, tiny: -128, huge: 2n ** 53n - 1n, list: [7, 8] });
    own.load();
    own.attach('on_syscall');
    const before = process.getuid?.();
    own.detach();
    expect(before).toBe(0);
    expect(own.lookup('seen', 0)).toEqual({
      huge: 2 ** 53 - 1,
      tiny: -128,
      list: [7, 8, 0],
      enabled: true,
      word: 'none',
    });
    // getuid, and whatever else Node did meanwhile, each on some CPU
    const [, counts] = own.readMap('slots')[1];
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(0);
    // read by walking: no batches for stacks
    const stacks = own.readMap('stacks');
    expect(stacks.length).toBeGreaterThan(0);
    expect(new Set(stacks.map(([id]) => id)).size).toBe(stacks.length);
    expect(stacks.every(([, { frames }]) => frames[0] > 0)).toBe(true);
    expect(own.readMap('slots')[1][1]).toEqual(counts);
  });

  it('depends on strings, and on nothing that does not fit', () => {
    using own = openFixture(maps);
    own.setConstants({ target: process.pid, word: 'größ', tiny: 127 });
    expect(() => own.setConstants({ word: 'longer than 7' })).toThrow('constant word: longer than 7 bytes');
    expect(() => own.setConstants({ tiny: 128 })).toThrow('constant tiny: 128 does not fit into its 8 bits');
    expect(() => own.setConstants({ target: 1.5 })).toThrow(TypeError);
    expect(() => own.setConstants({ enabled: 2 })).toThrow(RangeError);
    expect(() => own.setConstants({ list: [1, 2, 3, 4] })).toThrow('constant list: 4 values, it has 3');
    expect(() => own.setConstants({ list: [-1] })).toThrow(RangeError);
    expect(() => own.setConstants({ huge: 2n ** 64n })).toThrow(RangeError);
    expect(() => own.setConstants({ nothing: 1 })).toThrow('maps has no constant nothing');
    own.load();
    own.attach('on_syscall');
    process.getuid?.();
    own.detach();
    expect(own.lookup('seen', 0)).toMatchObject({ word: 'größ', tiny: 127, enabled: false, list: [1, 2, 3], huge: 1 });
    expect(failureOf(() => own.setConstants({ tiny: 1 }))).toMatchObject({ code: 'EBUSY', what: 'set tiny' });
  });
});
