import { BpfError } from '../../../src/bpf/error.ts';
import { BpfObject } from '../../../src/bpf/object.ts';
import type { ObjectLayout } from '../../../src/btf/layout.ts';

/** The object file of a fixture. */
export function fixtureFile(name: string): URL {
  return new URL(`../../../dist/test/bpf/${name}.bpf.o`, import.meta.url);
}

export function openFixture<const L extends ObjectLayout>(layout: L): BpfObject<L> {
  return BpfObject.open(layout, fixtureFile(layout.name));
}

/** The BpfError that an action ends with. */
export function failureOf(action: () => unknown): BpfError {
  try {
    action();
  } catch (error) {
    if (error instanceof BpfError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
