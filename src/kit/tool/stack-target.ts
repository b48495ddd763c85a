import { kernelSymbols, tellsSymbols } from '../../host/kallsyms.ts';
import type { Target } from './target.ts';

/** The TypeScript side of bpf/include/stack.h: whether the kernel's stack is taken at each event. */
export function stackTarget(wanted: boolean): Target {
  const hidden = wanted && !tellsSymbols();
  return {
    constants: { with_stack: wanted },
    // the first event would have to wait for it, and a storm behind it would not fit into the ring
    prepare: wanted && !hidden ? kernelSymbols.load : undefined,
    warnings: hidden
      ? ['the kernel hides its addresses (kernel.kptr_restrict, or no CAP_SYSLOG): functions are shown by address']
      : [],
  };
}
