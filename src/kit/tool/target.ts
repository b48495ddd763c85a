import type { BpfObject } from '../../bpf/object.ts';
import type { ConstantValues } from '../../bpf/types.ts';

/** A restriction to a part of the world, decided in the kernel: the constants and maps of one header of bpf/include/. */
export interface Target {
  /** Set before load. */
  readonly constants: ConstantValues;
  /** Fills its maps, between load and attach. */
  readonly prepare?: (object: BpfObject) => void;
  /** What is worth knowing but no error, a line each. */
  readonly warnings?: readonly string[];
}
