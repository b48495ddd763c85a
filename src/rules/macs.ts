import type { Classes } from './classes.ts';
import type { Rule } from './model.ts';

/** A MAC address on one side, and the class of the rules that it suits. */
export interface MacEntry {
  readonly address: string;
  /** enum mac_side: either, source, destination. */
  readonly side: number;
  readonly rules: number;
}

const MAC_SIDES = [
  ['mac', 'mac'],
  ['source_mac', 'srcMac'],
  ['destination_mac', 'dstMac'],
] as const;

/** The entries of the map `macs`, and the constants that belong to it. */
export function macsOf(rules: readonly Rule[], classes: Classes) {
  const constants: Record<string, number | boolean> = {};
  const macs: MacEntry[] = [];
  for (const [side, [name, key]] of MAC_SIDES.entries()) {
    const others = rules.flatMap((rule, i) => (rule[key] ? [] : [i]));
    const addresses = new Set(rules.flatMap((rule) => rule[key] ?? []));
    for (const address of addresses) {
      const suited = rules.flatMap((rule, i) => (rule[key]?.includes(address) ? [i] : []));
      macs.push({ address, side, rules: classes.of([...others, ...suited]) });
    }
    constants[`by_${name}`] = addresses.size > 0;
    constants[`other_${name}`] = classes.of(others);
  }
  return { constants, macs };
}
