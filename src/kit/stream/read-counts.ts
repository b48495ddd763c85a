import type { Loaded } from '../tool/attach-plan.ts';
import type { Counted } from '../tool/counts.ts';

/** What was counted (see bpf/include/counts.h), the largest number first. */
export function readCounts(object: Loaded): Counted<object>[] {
  const entries = object.readMap('counts') as unknown as [object, number][];
  return entries.map(([key, count]) => ({ ...key, count })).sort((a, b) => b.count - a.count);
}
