/** Whole numbers from the first to the last, both included. */
export type Range = readonly [first: number, last: number];

/** Addresses that begin with the same bits. */
export interface Net {
  readonly family: 4 | 6;
  /** The address in 32-bit words, the first bits in the first word: 1 of IPv4, 4 of IPv6; 0 behind the prefix. */
  readonly words: readonly number[];
  /** Bits of the prefix: up to 32 or 128. */
  readonly length: number;
}

/** Bits of the eight TCP flags (RFC 9293, 3.1, and RFC 3168) that have to be set, of those that count. */
export interface FlagTest {
  readonly set: number;
  readonly mask: number;
}

/** What can be wrong with a packet, by name; the order is that of the bits and counters in the kernel. */
export const DEFECTS = [
  'ip-header',
  'ip-length',
  'ping-of-death',
  'land',
  'tiny-fragment',
  'overlapping-fragment',
  'tcp-header',
  'tcp-null',
  'tcp-xmas',
  'tcp-syn-fin',
  'udp-length',
  'icmp-header',
  'zero-port',
  'ipv6-extensions',
] as const;
export type Defect = (typeof DEFECTS)[number];

/**
 * What is to be dropped: packets of which all conditions are true. A condition that is left out is true of any; a list
 * is true of a packet that has one of its elements.
 */
export interface Rule {
  readonly ip?: 4 | 6;
  /** IANA's protocol numbers; of IPv6, the one behind the extension headers. */
  readonly proto?: readonly number[];
  readonly src?: readonly Net[];
  readonly dst?: readonly Net[];
  readonly sport?: readonly Range[];
  readonly dport?: readonly Range[];
  readonly tcpFlags?: readonly FlagTest[];
  /** ICMP's types, or ICMPv6's, which are other ones. */
  readonly icmpType?: readonly Range[];
  readonly icmpv6Type?: readonly Range[];
  /** Bytes of the frame, from its Ethernet header on, without FCS. */
  readonly length?: readonly Range[];
  /** One of the packet's VLAN ids. */
  readonly vlan?: readonly Range[];
  /** Of the source or the destination: 02:00:00:00:00:01. */
  readonly mac?: readonly string[];
  readonly srcMac?: readonly string[];
  readonly dstMac?: readonly string[];
  /** Any piece of an IP packet that was cut into several. */
  readonly fragments?: true;
  /** At least one of these. */
  readonly malformed?: readonly Defect[];
  /** Only what a source sends above so many packets a second. */
  readonly rate?: number;
  /** Only so many of a hundred, by chance. */
  readonly percent?: number;
}

// What the other files of this room offer:
//
// line.ts     parseRule(text: string): Rule                                     'proto tcp dport 22,80-90 src 10.0.0.0/8'
//             formatRule(rule: Rule): string                                    the same in canonical form
// file.ts     parseRuleFile(text: string, name: string): Promise<Rule[]>        lines or YAML; errors say NAME:LINE
// options.ts  ruleOptions: OptionSpecs                                          --rule, --proto, --src, …
//             rulesFromOptions(options): Rule[]                                 those of --rule, and one of all the others
// compile.ts  compileRules(rules): Compiled                                     constants, sizes and contents of the maps
//
// All throw UsageError with one line that says what is wrong and where.
