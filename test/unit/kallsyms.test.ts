import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openKernelSymbols, tellsSymbols } from '../../src/host/kallsyms.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-'));
  vi.useFakeTimers({ toFake: ['hrtime'] });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
});

const SYMBOLS = `0000000000000000 A fixed_percpu_data
ffffffff81000000 T _stext
ffffffff81000000 T _text
ffffffff81000010 t helper
ffffffff81000018 D not_code
ffffffff81000020 W weak
ffffffff82000000 T last_of_kernel
ffffffffc0000100 t late	[netfilter]
ffffffffc0000000 t early	[netfilter]
ffffffffc0000080 t middle	[netfilter]
ffffffffc0100000 t bpf_prog_6deef7357e7b4530_drop	[bpf]
`;

function write(text: string): string {
  const file = join(folder, 'kallsyms');
  writeFileSync(file, text);
  return file;
}

describe('names of kernel functions', () => {
  it.each([
    ['0xffffffff81000000', '_stext+0x0'],
    ['0xffffffff8100000f', '_stext+0xf'],
    ['0xffffffff8100001f', 'helper+0xf'],
    ['0xffffffff81000020', 'weak+0x0'],
    ['0xffffffffc0000081', 'middle+0x1 [netfilter]'],
    ['0xffffffffc0000fff', 'late+0xeff [netfilter]'],
    ['0xffffffffc0100001', 'bpf_prog_6deef7357e7b4530_drop+0x1 [bpf]'],
    ['0xffffffff80ffffff', '0xffffffff80ffffff'],
    ['0xffffffffd0000000', '0xffffffffd0000000'],
    ['0x7f0000001000', '0x7f0000001000'],
    ['0x0', '0x0'],
  ])('%s is %s', (address, name) => {
    expect(openKernelSymbols(write(SYMBOLS)).name(address)).toBe(name);
  });

  it('are looked for anew where a module may have come, but not all the time', () => {
    const symbols = openKernelSymbols(write(SYMBOLS));
    const [inside, first, second] = ['0xffffffff81000011', '0xffffffffa0000004', '0xffffffffa0000008'];
    expect(symbols.name(inside)).toBe('helper+0x1');
    write(`${SYMBOLS}ffffffffa0000000 t born	[fresh]\n`);
    expect(symbols.name(first)).toBe(first);
    vi.advanceTimersByTime(1001);
    expect(symbols.glance(second)).toBe(second);
    expect(symbols.name(second)).toBe('born+0x8 [fresh]');
    expect(symbols.glance(second)).toBe('born+0x8 [fresh]');
  });

  it('are all unknown where the kernel hides them', () => {
    const hidden = SYMBOLS.replaceAll(/^[0-9a-f]{16}/gm, '0'.repeat(16));
    expect(tellsSymbols(write(hidden))).toBe(false);
    expect(openKernelSymbols(write(hidden)).name('0xffffffff81000011')).toBe('0xffffffff81000011');
    expect(tellsSymbols(write(SYMBOLS))).toBe(true);
  });
});
