import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kernelEnum } from '../../src/host/kernel-enum.ts';
import { btfBuilder } from './btf/btf-builder.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-'));
  file = join(folder, 'vmlinux');
  // one of each kind, so that a wrong length of any would hide what comes behind
  const btf = btfBuilder();
  const int = btf.int('int', 4);
  btf.ptr(int);
  btf.array(int, 3);
  btf.struct('reason', 8, [
    ['DROPPED', int, 0],
    ['SENT', int, 32],
  ]);
  btf.enum('reason', []);
  btf.enum('other', [['SENT', 9]]);
  btf.typedef('reason_t', int);
  btf.raw(12, 'call', btf.raw(13, '', int, [0, int, 0, int], 2), [], 1);
  btf.datasec('.data', [btf.var('reason', int)]);
  btf.raw(17, 'tag', int, [0xffffffff]);
  btf.raw(19, 'long', 8, [0, 1, 2], 1);
  btf.float('double', 8);
  btf.enum('reason', [
    ['SENT', 0],
    ['DROPPED', 0x30002],
  ]);
  writeFileSync(file, btf.bytes());
});
afterAll(() => rmSync(folder, { recursive: true }));

it('has the names of an enum’s values', () => {
  expect([...(kernelEnum('reason', file) ?? [])]).toEqual([
    [0, 'SENT'],
    [0x30002, 'DROPPED'],
  ]);
  expect([...(kernelEnum('other', file) ?? [])]).toEqual([[9, 'SENT']]);
});

it('says when there is none', () => {
  expect(kernelEnum('reaso', file)).toBeUndefined();
  expect(kernelEnum('reason_t', file)).toBeUndefined();
  expect(kernelEnum('reason', join(folder, 'nothing'))).toBeUndefined();
});
