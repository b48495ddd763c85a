import { expect } from 'vitest';
import { descriptors, heldBy, threads } from '../loader/witness.ts';

/** Nothing of the library is left in this process and in the kernel after `use`. */
export async function leavesNothing(use: () => Promise<void>) {
  const before = { held: heldBy('self'), open: descriptors().sort(), running: threads().sort() };
  await use();
  expect(heldBy('self')).toEqual(before.held);
  expect(descriptors().sort()).toEqual(before.open);
  expect(threads().sort()).toEqual(before.running);
}

/** All events to the end. */
export async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}
