import { Classes } from './classes.ts';
import { type Group, groupRules, warningsOf } from './groups.ts';
import { type MacEntry, macsOf } from './macs.ts';
import { DEFECTS, type Rule } from './model.ts';
import { buildTables } from './tables.ts';
import { Tries } from './trie.ts';

/** A set of rules as bpf/include/xdp-rules.h has it: what to set before the program is loaded, and what to fill then. */
export interface CompiledRules {
  /** What the kernel tells apart, in the order in which they decide. */
  readonly groups: readonly Group[];
  readonly constants: Readonly<Record<string, number | boolean | readonly number[]>>;
  /** Entries of its maps. */
  readonly sizes: Readonly<Record<SizedMap, number>>;
  /** Contents of the maps that are arrays. */
  readonly contents: Readonly<Record<FilledMap, Buffer>>;
  readonly macs: readonly MacEntry[];
  /** What is worth knowing although it works, a line each. */
  readonly warnings: readonly string[];
}

/** Maps whose size depends on the rules. */
export type SizedMap = FilledMap | 'macs' | 'fragments';

export type FilledMap = 'classes' | 'tables' | 'set_nodes' | 'set_prefixes' | 'rules';

/** Bytes of an element of each map. */
const ELEMENT: Readonly<Record<FilledMap, number>> = {
  classes: 64,
  tables: 8,
  set_nodes: 64,
  set_prefixes: 40,
  rules: 24,
};

/** Datagrams whose fragments are remembered: 1 KiB each. */
const DATAGRAMS = 4096;

const SECOND = 1_000_000_000;
const CHANCES = 2 ** 32;

/**
 * @param rules in the order in which they decide
 * @param slots for the counters of each group, by its key
 * @throws UsageError when there are too many
 */
export function compileRules(rules: readonly Rule[], slots: Readonly<Record<string, number>> = {}): CompiledRules {
  const groups = groupRules(rules);
  const conditions = groups.map(({ rule }) => rule);
  const classes = new Classes();
  const tables = buildTables(conditions, classes);
  const tries = new Tries(classes);
  const addresses = { ...side('source', 'src'), ...side('destination', 'dst') };
  const { constants: macConstants, macs } = macsOf(conditions, classes);
  const { nodes, prefixes } = tries.bytes();
  const contents = {
    classes: classes.bytes(),
    tables: tables.bytes,
    set_nodes: nodes,
    set_prefixes: prefixes,
    rules: Buffer.concat(groups.map(({ key, rule }, i) => factsOf(rule, slots[key] ?? i))),
  };
  const counts = Object.entries(contents).map(([map, bytes]) => [map, bytes.length / ELEMENT[map as FilledMap]]);
  return {
    groups,
    constants: {
      with_rules: groups.length > 0,
      rule_words: Math.max(1, Math.ceil(groups.length / 64)),
      ...tables.constants,
      ...addresses,
      ...macConstants,
      ...features(conditions),
    },
    sizes: { ...Object.fromEntries(counts), macs: macs.length, fragments: tracksFragments(conditions) ? DATAGRAMS : 1 },
    contents,
    macs,
    warnings: warningsOf(groups),
  };

  function side(name: 'source' | 'destination', key: 'src' | 'dst') {
    const other = classes.of(conditions.flatMap((rule, i) => (rule[key] ? [] : [i])));
    const named = conditions.map((rule) => rule[key] ?? []);
    const roots = ([4, 6] as const).map((family) => tries.add(family, named, other));
    return {
      [`by_${name}`]: named.some((nets) => nets.length > 0),
      [`${name}_roots`]: roots,
      [`other_${name}`]: other,
    };
  }
}

/** What has to be read of packets. */
function features(rules: readonly Rule[]): Record<string, number | boolean> {
  const any = (test: (rule: Rule) => unknown) => rules.some((rule) => Boolean(test(rule)));
  const transport = any((r) => r.sport ?? r.dport ?? r.tcpFlags ?? r.icmpType ?? r.icmpv6Type ?? r.malformed);
  return {
    with_vlans: any((r) => r.vlan),
    with_network: transport || any((r) => r.ip ?? r.proto ?? r.src ?? r.dst ?? r.fragments ?? r.rate),
    with_transport: transport,
    with_ports: any((r) => r.sport ?? r.dport ?? r.tcpFlags ?? r.icmpType ?? r.icmpv6Type),
    with_shapes: any((r) => r.fragments ?? r.length ?? r.vlan ?? r.malformed),
    with_macs: any((r) => r.mac ?? r.srcMac ?? r.dstMac),
    with_addresses: any((r) => r.src ?? r.dst ?? r.rate ?? r.malformed),
    with_rates: any((r) => r.rate),
    with_chances: any((r) => r.percent),
    wanted_defects: rules.reduce((sum, rule) => sum | defectBits(rule), 0),
  };
}

const tracksFragments = (rules: readonly Rule[]) =>
  rules.some(({ malformed }) => malformed?.includes('overlapping-fragment'));

const defectBits = ({ malformed = [] }: Rule) => malformed.reduce((sum, each) => sum | (1 << DEFECTS.indexOf(each)), 0);

/** struct rule_facts */
function factsOf(rule: Rule, slot: number): Buffer {
  const { rate, percent } = rule;
  const facts = Buffer.alloc(ELEMENT.rules);
  facts.writeBigUInt64LE(BigInt(rate ? Math.floor(SECOND / rate) : 0), 0);
  facts.writeBigUInt64LE(BigInt(percent ? Math.round((percent / 100) * CHANCES) : 0), 8);
  facts.writeUInt32LE(defectBits(rule), 16);
  facts.writeUInt32LE(slot, 20);
  return facts;
}
