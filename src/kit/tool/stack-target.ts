import { tellsSymbols } from '../../host/kallsyms.ts';
import type { Target } from './target.ts';

/** The TypeScript side of bpf/include/stack.h: whether the kernel's stack is taken at each event. */
export function stackTarget(wanted: boolean): Target {
  return {
    constants: { with_stack: wanted },
    warnings:
      wanted && !tellsSymbols()
        ? ['the kernel hides its addresses (kernel.kptr_restrict, or no CAP_SYSLOG): functions are shown by address']
        : [],
  };
}
