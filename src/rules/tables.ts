import type { Classes } from './classes.ts';
import { DEFECTS, type Range, type Rule } from './model.ts';
import { mergeRanges } from './ranges.ts';

// The values beyond all that are on the wire are those of bpf/include/xdp-packet.h.

/** Added to IPv6's protocols, and to types of ICMPv6. */
export const IPV6 = 256;
const NO_PROTO_IPV6 = 513;

/** One condition that is looked up by its value: for each value, the class of the rules that it suits. */
interface Table {
  /** The constant that says where it begins. */
  readonly constant: string;
  /** Values, with the one that means that there is no such field. */
  readonly size: number;
  /** A packet may have several of its values: then their classes are joined. */
  readonly several?: true;
  /** The values that suit the rule; undefined: any. */
  values(rule: Rule): readonly Range[] | undefined;
}

const TABLES: readonly Table[] = [
  { constant: 'proto_at', size: 514, values: protoValues },
  { constant: 'dport_at', size: 65537, values: ({ dport }) => dport },
  { constant: 'sport_at', size: 65537, values: ({ sport }) => sport },
  { constant: 'flags_at', size: 257, values: flagValues },
  { constant: 'type_at', size: 513, values: typeValues },
  { constant: 'fragment_at', size: 2, values: ({ fragments }) => fragments && [[1, 1]] },
  { constant: 'length_at', size: 65536, values: ({ length }) => length },
  { constant: 'vlan_at', size: 4097, several: true, values: ({ vlan }) => vlan },
  { constant: 'defect_at', size: DEFECTS.length + 1, several: true, values: defectValues },
];

function protoValues({ ip, proto }: Rule): Range[] | undefined {
  if (!ip && !proto) return undefined;
  const wanted = proto?.map((number): Range => [number, number]) ?? [[0, IPV6 - 1]];
  const ofIPv6 = wanted.map(([first, last]): Range => [IPV6 + first, IPV6 + last]);
  if (!proto) ofIPv6.push([NO_PROTO_IPV6, NO_PROTO_IPV6]);
  return [...(ip === 6 ? [] : wanted), ...(ip === 4 ? [] : ofIPv6)];
}

function flagValues({ tcpFlags }: Rule): readonly Range[] | undefined {
  if (!tcpFlags) return undefined;
  const suits = (flags: number) => tcpFlags.some(({ set, mask }) => (flags & mask) === set);
  const all = Array.from({ length: 256 }, (_, flags): Range => [flags, flags]);
  return mergeRanges(all.filter(([flags]) => suits(flags)));
}

function typeValues({ icmpType, icmpv6Type }: Rule): readonly Range[] | undefined {
  return icmpType ?? icmpv6Type?.map(([first, last]): Range => [IPV6 + first, IPV6 + last]);
}

function defectValues({ malformed }: Rule): Range[] | undefined {
  return malformed?.map((defect) => {
    const place = 1 + DEFECTS.indexOf(defect);
    return [place, place];
  });
}

/** The tables that these rules need, one after the other. */
export interface Tables {
  readonly constants: Readonly<Record<string, number>>;
  /** The contents of the map `tables`: for each value a class, or, of up to 64 rules, the rules themselves. */
  readonly bytes: Buffer;
}

export function buildTables(rules: readonly Rule[], classes: Classes): Tables {
  // 0 means that there is no such table
  const parts: Uint32Array<ArrayBuffer>[] = [new Uint32Array(2)];
  let next = 1;
  const constants: Record<string, number> = {};
  for (const { constant, size, several, values } of TABLES) {
    const wanted = rules.map(values);
    if (wanted.every((each) => each === undefined)) continue;
    constants[constant] = next;
    const element = several || rules.length > 64 ? (suited: Set<number>) => [classes.of(suited), 0] : halvesOf;
    parts.push(tableOf(size, wanted, element));
    next += size;
  }
  return { constants, bytes: Buffer.concat(parts.map((part) => Buffer.from(part.buffer))) };
}

/** The set as the halves of a 64-bit word. */
function halvesOf(rules: ReadonlySet<number>): readonly number[] {
  const halves = [0, 0];
  for (const rule of rules) halves[rule >> 5] |= 1 << (rule & 31);
  return halves;
}

/** The rules come and go as one walks through the values. */
function tableOf(
  size: number,
  wanted: readonly (readonly Range[] | undefined)[],
  element: (suited: Set<number>) => readonly number[],
): Uint32Array<ArrayBuffer> {
  const changes = new Map<number, number[]>([[0, []]]);
  const change = (at: number, rule: number) => changes.set(at, [...(changes.get(at) ?? []), rule]);
  const suited = new Set<number>();
  for (const [rule, ranges] of wanted.entries()) {
    if (!ranges) suited.add(rule);
    for (const [first, last] of ranges ?? []) {
      change(first, rule);
      change(last + 1, rule);
    }
  }
  const table = new Uint32Array(2 * size);
  const places = [...changes.keys()].sort((one, other) => one - other);
  for (const [i, place] of places.entries()) {
    for (const rule of changes.get(place) ?? []) if (!suited.delete(rule)) suited.add(rule);
    const halves = element(suited);
    const end = Math.min(places[i + 1] ?? size, size);
    for (let value = place; value < end; value++) table.set(halves, 2 * value);
  }
  return table;
}
