import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';
import { DEFECTS, type FlagTest, type Net, type Range, type Rule } from './model.ts';
import { ICMP_TYPES, ICMPV6_TYPES } from './names.ts';
import { formatNet, parseNets, sortNets } from './nets.ts';
import { type Domain, formatRanges, mergeRanges, parseRanges } from './ranges.ts';
import * as values from './values.ts';

/** One condition of a rule: the same in lines, in YAML and as an option. */
export interface Condition<T = unknown> {
  /** Its word in a line, and with `--` in front the option. */
  readonly word: string;
  readonly key: keyof Rule;
  /** What its value is called in help; left out: it has none. */
  readonly value?: string;
  /** One line for help. */
  readonly doc: string;
  /** @throws UsageError */
  parse(text: string): T;
  /** The values as words, one for each time that the condition has to be written. */
  format(value: T): readonly string[];
  /** What it means when it is written twice. Left out: that is an error. */
  join?(one: T, other: T): T;
}

type Spec<T> = Omit<Condition<T>, 'format' | 'word' | 'key'> & { format(value: T): string | readonly string[] };

function condition<K extends keyof Rule>(word: string, key: K, spec: Spec<NonNullable<Rule[K]>>): Condition {
  const { format } = spec;
  return { ...spec, word, key, format: (value: NonNullable<Rule[K]>) => [format(value)].flat() } as Condition;
}

function ranges<K extends 'sport' | 'dport' | 'length' | 'vlan' | 'icmpType' | 'icmpv6Type'>(
  word: string,
  key: K,
  value: string,
  doc: string,
  domain: Domain,
): Condition {
  return condition(word, key, {
    value,
    doc,
    parse: (text) => parseRanges(text, domain),
    format: (list: readonly Range[]) => formatRanges(list, domain.names),
    join: (one: readonly Range[], other: readonly Range[]) => mergeRanges([...one, ...other]),
  });
}

const nets = (word: 'src' | 'dst', doc: string) =>
  condition(word, word, {
    value: 'nets',
    doc,
    parse: (text) => sortNets(parseNets(text)),
    format: (list: readonly Net[]) => list.map(formatNet).join(','),
    join: (one: readonly Net[], other: readonly Net[]) => sortNets([...one, ...other]),
  });

const macs = (word: string, key: 'mac' | 'srcMac' | 'dstMac', doc: string) =>
  condition(word, key, {
    value: 'macs',
    doc,
    parse: values.parseMacs,
    format: (list: readonly string[]) => list.join(','),
    join: (one: readonly string[], other: readonly string[]) => values.ordered([...one, ...other]),
  });

const port = { what: 'port', min: 0, max: 65535 };

/** All conditions, in the order in which they are written. */
export const CONDITIONS: readonly Condition[] = [
  condition('ip', 'ip', {
    value: '4|6',
    doc: 'IPv4 or IPv6',
    parse(text) {
      if (text === '4' || text === '6') return text === '4' ? 4 : 6;
      throw new UsageError(`"${escapeText(text)}" is no version of IP: write 4 or 6`);
    },
    format: String,
  }),
  condition('proto', 'proto', {
    value: 'protocols',
    doc: 'protocols by name or number: tcp,icmp,47; of IPv6, the one behind its extension headers',
    parse: values.parseProtocols,
    format: values.formatProtocols,
    join: (one: readonly number[], other: readonly number[]) => values.ordered([...one, ...other]),
  }),
  nets('src', 'source addresses and networks: 10.0.0.0/8,2001:db8::1'),
  nets('dst', 'destination addresses and networks'),
  ranges('sport', 'sport', 'ports', 'source ports: 53,1024-2047,60000-', port),
  ranges('dport', 'dport', 'ports', 'destination ports', port),
  condition('tcp-flags', 'tcpFlags', {
    value: 'flags',
    doc: 'TCP flags that are set, or with ! not set: syn,!ack; or none',
    parse: values.parseFlags,
    format: (tests: readonly FlagTest[]) => tests.map(values.formatFlags),
    join: (one: readonly FlagTest[], other: readonly FlagTest[]) => [...one, ...other],
  }),
  ranges('icmp-type', 'icmpType', 'types', 'types of ICMP by name or number: echo-request', {
    what: 'type of ICMP',
    min: 0,
    max: 255,
    names: ICMP_TYPES,
  }),
  ranges('icmpv6-type', 'icmpv6Type', 'types', 'types of ICMPv6', {
    what: 'type of ICMPv6',
    min: 0,
    max: 255,
    names: ICMPV6_TYPES,
  }),
  ranges('length', 'length', 'bytes', 'length of the frame with its Ethernet header: -64,1000-', {
    what: 'length',
    min: 0,
    max: 65535,
  }),
  ranges('vlan', 'vlan', 'ids', 'VLAN ids, of either tag', { what: 'VLAN id', min: 0, max: 4095 }),
  macs('mac', 'mac', 'MAC addresses, of either end'),
  macs('src-mac', 'srcMac', 'source MAC addresses'),
  macs('dst-mac', 'dstMac', 'destination MAC addresses'),
  condition('fragments', 'fragments', {
    doc: 'fragments of IP packets, also the first ones',
    parse: () => true as const,
    format: () => '',
    join: (one) => one,
  }),
  condition('malformed', 'malformed', {
    value: 'kinds',
    doc: `malformed packets: ${DEFECTS.join(', ')}; or all`,
    parse: values.parseDefects,
    format: values.formatDefects,
    join: (one, other) => DEFECTS.filter((defect) => one.includes(defect) || other.includes(defect)),
  }),
  condition('rate', 'rate', {
    value: 'n',
    doc: 'only what is above so many packets per second, of each source',
    parse: values.parseRate,
    format: String,
  }),
  condition('percent', 'percent', {
    value: 'p',
    doc: 'only so many of a hundred, by chance: 5, 0.1',
    parse: values.parsePercent,
    format: String,
  }),
];

/** By their words. */
export const conditionNamed: ReadonlyMap<string, Condition> = new Map(CONDITIONS.map((each) => [each.word, each]));
