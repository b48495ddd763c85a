import { fillArray } from '../bpf/fill.ts';
import { BpfObject } from '../bpf/object.ts';
import type { ProgramName } from '../bpf/types.ts';
import { type XdpDropConstants, xdpDrop } from '../gen/xdp-drop.ts';
import type { CompiledRules, FilledMap } from '../rules/compile.ts';

export type DropObject = BpfObject<typeof xdpDrop>;

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
export function sizesOf({ sizes }: CompiledRules): Record<FilledMap | 'macs', number> {
  const entries = Object.entries(sizes).map(([map, count]) => [map, Math.max(1, count)]);
  return Object.fromEntries(entries);
}

/**
 * Loads one of the programs with these rules; it is attached to nothing.
 * @throws BpfError; nothing is left then
 */
export function loadRules(
  compiled: CompiledRules,
  program: ProgramName<typeof xdpDrop>,
  constants: XdpDropConstants = {},
): DropObject {
  const object = BpfObject.open(xdpDrop);
  try {
    object.setConstants({ ...compiled.constants, ...constants });
    for (const [map, count] of Object.entries(sizesOf(compiled))) object.setMaxEntries(map as FilledMap, count);
    object.setAutoload(program, true);
    object.load();
    fillRules(object, compiled);
    return object;
  } catch (error) {
    object.close();
    throw error;
  }
}
