import type { BpfObject } from '../../../src/bpf/object.ts';
import type { hooks } from '../../gen/hooks.ts';

/** The programs of test/bpf/hooks.bpf.c, in the order of its counters. */
const order = [
  'on_kprobe',
  'on_kretprobe',
  'on_fentry',
  'on_fexit',
  'on_tracepoint',
  'on_raw_tracepoint',
  'on_tp_btf',
  'on_uprobe',
  'on_uretprobe',
  'on_perf_event',
  'on_xdp',
  'on_tc',
  'on_cgroup',
  'on_task',
  'on_map',
  'on_lsm',
] as const satisfies readonly (keyof typeof hooks.programs)[];

export type HookName = (typeof order)[number];

/** How often a program has run. */
export function hits(object: BpfObject<typeof hooks>, program: HookName): number {
  return object.lookup('hits', order.indexOf(program)) ?? -1;
}
