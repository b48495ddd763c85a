import { type EventLayout, recordView } from '../../btf/layout.ts';

/** The events that iterators wrote: structs without a tail, one after the other. */
export function decodeFound<E extends object>({ size, decode }: EventLayout<E>, found: Buffer): E[] {
  const view = recordView(Uint8Array.from(found).buffer);
  return Array.from({ length: found.length / size }, (_, i) => decode(view, i * size, size));
}
