import { describe, expect, it, vi } from 'vitest';
import { tailStack } from '../../src/btf/decode.ts';
import { recordView } from '../../src/btf/layout.ts';
import { stackColumn } from '../../src/kit/columns/stack-column.ts';

// what is not an address names itself
vi.mock('../../src/host/kallsyms.ts', () => ({
  kernelSymbols: { name: (address: string) => address, glance: (address: string) => address },
}));

describe('the stack column', () => {
  const shown = (...stack: string[]) => stackColumn.value({ stack });

  it('leaves out the frames of the tracing', () => {
    expect(
      shown('bpf_prog_1_x+0x5 [bpf]', 'bpf_trace_run3+0x9', '__traceiter_kfree_skb+0x4', 'a+0x1', 'b+0x2'),
    ).toEqual(['a+0x1', 'b+0x2']);
    expect(shown('0xffffffffc0000001', 'bpf_trampoline_64+0x1 [bpf]', 'a+0x1', 'bpf_prog_2_y+0x1 [bpf]')).toEqual([
      'a+0x1',
      'bpf_prog_2_y+0x1 [bpf]',
    ]);
  });
  it('shows what has no name by its address', () => {
    expect(shown('0xffffffffc0000001', 'a+0x1')).toEqual(['0xffffffffc0000001', 'a+0x1']);
  });
  it('has nothing to say where no stack was taken', () => {
    expect(shown()).toBeNull();
  });
});

describe('a stack in a tail', () => {
  it.each([16, 19])('has whole addresses, wherever it begins: %i', (start) => {
    const view = recordView(new ArrayBuffer(64));
    view.buf.writeBigUInt64LE(0xffffffff81000010n, start);
    view.buf.writeBigUInt64LE(0xffff800008000004n, start + 8);
    expect(tailStack(view, start, start + 16)).toEqual(['0xffffffff81000010', '0xffff800008000004']);
    expect(tailStack(view, start, start + 15)).toEqual(['0xffffffff81000010']);
    expect(tailStack(view, start, start)).toEqual([]);
  });
});
