import type { BpfObject } from '../../bpf/object.ts';
import type { ConstantValues } from '../../bpf/types.ts';
import type { Loaded } from './attach-plan.ts';
import type { Plan } from './plan.ts';

/** A restriction to a part of the world, decided in the kernel: the constants and maps of one header of bpf/include/. */
export interface Target {
  /** Set before load. */
  readonly constants: ConstantValues;
  /** What has to be observed for it, before anything of the tool's own. */
  readonly plan?: Plan;
  /** Room in its maps, by their names; set before load. */
  readonly room?: Readonly<Record<string, number>>;
  /** Fills its maps, between load and attach. */
  readonly prepare?: (object: BpfObject) => void;
  /** Looks, when all is attached, whether it is there to be watched. @throws KitError */
  readonly check?: (object: Loaded) => void;
  /** Processes so far whose events are missing, for there was no room to watch them. */
  readonly strays?: (object: Loaded) => number;
  /** What is worth knowing but no error, a line each. */
  readonly warnings?: readonly string[];
}
