import { describe, expect, it } from 'vitest';
import { encodeConstants } from '../../src/bpf/constants.ts';
import { type AttachTarget, describeTarget, targetOf } from '../../src/bpf/target.ts';
import type { ConstantLayout, ObjectLayout } from '../../src/btf/layout.ts';
import { parseCpuList } from '../../src/host/cpus.ts';

function layout(constants: Record<string, ConstantLayout>): ObjectLayout {
  return { name: 'sample', hash: '', programs: {}, maps: {}, constants, events: {} };
}

describe('constants', () => {
  const sample = layout({
    small: { offset: 1, size: 1, kind: 'int', count: 1 },
    wide: { offset: 8, size: 8, kind: 'uint', count: 1 },
    flag: { offset: 2, size: 1, kind: 'bool', count: 1 },
    pair: { offset: 4, size: 2, kind: 'uint', count: 2 },
    name: { offset: 16, size: 4, kind: 'string', count: 1 },
  });
  const bytes = (values: Parameters<typeof encodeConstants>[1]) => [...encodeConstants(sample, values)[0].bytes];

  it('become little-endian bytes at their places', () => {
    expect(encodeConstants(sample, { small: -2, wide: undefined, flag: true })).toEqual([
      { name: 'small', offset: 1, bytes: Buffer.of(0xfe) },
      { name: 'flag', offset: 2, bytes: Buffer.of(1) },
    ]);
    expect(bytes({ wide: 2n ** 64n - 2n })).toEqual([0xfe, 255, 255, 255, 255, 255, 255, 255]);
    expect(bytes({ wide: 258 })).toEqual([2, 1, 0, 0, 0, 0, 0, 0]);
    expect(bytes({ pair: [0x1234] })).toEqual([0x34, 0x12, 0, 0]);
    expect(bytes({ flag: 0 })).toEqual([0]);
  });

  it('of text end with a NUL, and keep bytes that are no UTF-8', () => {
    expect(bytes({ name: 'abc' })).toEqual([97, 98, 99, 0]);
    expect(bytes({ name: '\udcff' })).toEqual([255, 0, 0, 0]);
    expect(bytes({ name: '' })).toEqual([0, 0, 0, 0]);
    expect(() => bytes({ name: 'abcd' })).toThrow('constant name: longer than 3 bytes');
    expect(() => bytes({ name: 1 })).toThrow('constant name: a string is needed, not number');
  });

  it.each([
    [{ small: 128 }, RangeError],
    [{ small: -129 }, RangeError],
    [{ wide: -1 }, RangeError],
    [{ wide: 2n ** 64n }, RangeError],
    [{ flag: 2 }, RangeError],
    [{ flag: -1 }, RangeError],
    [{ pair: [1, 2, 3] }, RangeError],
    [{ pair: [1, 0x10000] }, RangeError],
    [{ unknown: 1 }, RangeError],
    [{ small: 0.5 }, TypeError],
    [{ small: Number.NaN }, TypeError],
    [{ wide: '1' }, TypeError],
  ])('that cannot be are refused: %o', (values, error) => {
    expect(() => encodeConstants(sample, values)).toThrow(error);
  });
});

describe('targets', () => {
  it.each([
    ['tracepoint/syscalls/sys_enter_openat', 'tracepoint syscalls:sys_enter_openat'],
    ['tp/sched/sched_switch', 'tracepoint sched:sched_switch'],
    ['kprobe/vfs_read', 'kprobe vfs_read'],
    ['kretprobe/vfs_read.isra.0', 'kretprobe vfs_read.isra.0'],
  ])('are read from the section %s', (section, text) => {
    expect(describeTarget(targetOf(section) as AttachTarget)).toBe(text);
  });

  it.each(['fentry/vfs_read', 'raw_tp/sys_enter', 'kprobe', 'kprobe/vfs_read+8', 'kprobe.multi/vfs_*', 'xdp', 'tp/x'])(
    'are left to libbpf for the section %s',
    (section) => {
      expect(targetOf(section)).toBeUndefined();
    },
  );
});

describe('a list of CPUs', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['0-1,4,6-7', [0, 1, 4, 6, 7]],
  ])('%s', (text, expected) => {
    expect(parseCpuList(text)).toEqual(expected);
  });
});
