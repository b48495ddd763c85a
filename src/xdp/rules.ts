import { fillArray } from '../bpf/fill.ts';
import { BpfObject } from '../bpf/object.ts';
import type { ConstantValues } from '../bpf/types.ts';
import { xdpDrop } from '../gen/xdp-drop.ts';
import { xdpExplain } from '../gen/xdp-explain.ts';
import type { CompiledRules, FilledMap, SizedMap } from '../rules/compile.ts';

export type DropObject = BpfObject<typeof xdpDrop>;
export type ExplainObject = BpfObject<typeof xdpExplain>;

/** Puts rules into the maps of an object that was loaded with their constants and sizes, and does not run yet. */
export function fillRules(object: Pick<DropObject, 'mapFd' | 'update'>, { contents, macs }: CompiledRules): void {
  for (const [map, bytes] of Object.entries(contents)) {
    if (bytes.length) fillArray(map, object.mapFd(map as FilledMap), bytes);
  }
  for (const { address, side, rules } of macs) {
    const bytes = address.split(':').map((digits) => Number.parseInt(digits, 16));
    object.update('macs', { address: bytes, side }, rules);
  }
}

/** How many entries each map needs; a map has one at least. */
export function sizesOf({ sizes }: CompiledRules): Record<SizedMap, number> {
  const entries = Object.entries(sizes).map(([map, count]) => [map, Math.max(1, count)]);
  return Object.fromEntries(entries);
}

/** What the programs that go by rules have in common. */
type RuleObject = Pick<DropObject, 'setConstants' | 'setMaxEntries' | 'load' | 'mapFd' | 'update' | 'close'>;

/** Opened, with its program chosen: loads it with these rules. @throws BpfError; it is closed then */
function loadWith<O extends RuleObject>(object: O, compiled: CompiledRules, constants: ConstantValues): O {
  try {
    object.setConstants({ ...compiled.constants, ...constants });
    for (const [map, count] of Object.entries(sizesOf(compiled))) object.setMaxEntries(map as SizedMap, count);
    object.load();
    fillRules(object, compiled);
    return object;
  } catch (error) {
    object.close();
    throw error;
  }
}

/** The program that drops, attached to nothing. @throws BpfError; nothing is left then */
export function loadRules(compiled: CompiledRules, constants: ConstantValues = {}): DropObject {
  const object = BpfObject.open(xdpDrop);
  object.setAutoload('xdp_drop', true);
  return loadWith(object, compiled, constants);
}

/** The program that says what the other one would do. @throws BpfError; nothing is left then */
export function loadExplaining(compiled: CompiledRules, constants: ConstantValues = {}): ExplainObject {
  const object = BpfObject.open(xdpExplain);
  object.setAutoload('xdp_explain', true);
  return loadWith(object as ExplainObject & RuleObject, compiled, constants);
}
