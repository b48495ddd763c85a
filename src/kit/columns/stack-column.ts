import { kernelSymbols } from '../../host/kallsyms.ts';
import { column } from './typed-columns.ts';

/** The `tail_stack_t stack` of an event that bpf/include/stack.h has reserved. */
export interface Stacked {
  readonly stack: readonly string[];
}

/** The kernel functions that were being called: below its row in the table. */
export const stackColumn = column({
  head: 'STACK',
  width: 32,
  type: 'strings',
  nullable: true,
  below: true,
  resolved: true,
  doc: 'the kernel functions that called each other, the innermost first; null when not asked for',
  value: ({ stack }: Stacked) => (stack.length > 0 ? ownFrames(stack).map(kernelSymbols.name) : null),
});

/** What lies between a kernel function and the BPF program that sees it: the ways to it, and the program itself. */
const TRACING =
  /^(bpf_(prog_|trampoline_|trace_run|get_stack|dispatcher_)|__bpf_(prog_|trace_)|__traceiter_|perf_trace_|trace_call_bpf|ftrace_)/;
/** A program has no name where sysctl net.core.bpf_jit_kallsyms says so. */
const NAMELESS = /^0x/;

/**
 * The frames of what was traced, without those of the tracing. A glance is enough for that: the program, newer than
 * most, would have all functions read anew.
 */
function ownFrames(stack: readonly string[]): readonly string[] {
  let begin = 0;
  for (let i = 0; i < stack.length; i++) {
    const name = kernelSymbols.glance(stack[i]);
    if (TRACING.test(name)) begin = i + 1;
    else if (!NAMELESS.test(name)) break;
  }
  return stack.slice(begin);
}
