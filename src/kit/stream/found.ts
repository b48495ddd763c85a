import { type EventLayout, recordView } from '../../btf/layout.ts';

/** Events in a batch: so much that the next one costs little, and little enough to be shown at once. */
const BATCH = 4096;

/** The events that iterators wrote: structs without a tail, one after the other. */
export function* decodeFound<E extends object>({ size, decode }: EventLayout<E>, found: Buffer): Generator<E[], void> {
  for (let at = 0; at < found.length; at += BATCH * size) {
    const bytes = Uint8Array.from(found.subarray(at, at + BATCH * size));
    const view = recordView(bytes.buffer);
    yield Array.from({ length: bytes.length / size }, (_, i) => decode(view, i * size, size));
  }
}
