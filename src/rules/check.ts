import { UsageError } from '../kit/errors.ts';
import type { Defect, Net, Rule } from './model.ts';
import { formatProtocols } from './values.ts';

const [ICMP, TCP, UDP, DCCP, ICMPV6, SCTP, UDPLITE] = [1, 6, 17, 33, 58, 132, 136];
const WITH_PORTS = [TCP, UDP, DCCP, SCTP, UDPLITE];

/** What packets can have a defect; left out: any IP packet. */
const DEFECT_PROTOCOLS: Readonly<Partial<Record<Defect, readonly number[]>>> = {
  land: [TCP, UDP],
  'tcp-header': [TCP],
  'tcp-null': [TCP],
  'tcp-xmas': [TCP],
  'tcp-syn-fin': [TCP],
  'udp-length': [UDP],
  'icmp-header': [ICMP, ICMPV6],
  'tiny-fragment': [ICMP, TCP, UDP, ICMPV6],
  'zero-port': [TCP, UDP],
};

/** One thing that a condition demands, of the IP version or of the protocol. */
interface Demand<T> {
  readonly by: string;
  readonly values: readonly T[];
}

/**
 * The rule itself, if it can ever be true.
 * @throws UsageError for one that is true of nothing, or of everything
 */
export function checkRule(rule: Rule): Rule {
  if (Object.keys(rule).length === 0)
    throw new UsageError('the rule has no condition: it would drop everything', 'write for example proto icmp');
  agree(families(rule), (family) => `IPv${family}`);
  agree(protocols(rule), (protocol) => formatProtocols([protocol]));
  return rule;
}

function families(rule: Rule): Demand<4 | 6>[] {
  const demands: Demand<4 | 6>[] = [];
  const demand = (by: string, ...values: (4 | 6)[]) => demands.push({ by, values });
  if (rule.ip) demand('ip', rule.ip);
  if (rule.src) demand('src', ...familiesOf(rule.src));
  if (rule.dst) demand('dst', ...familiesOf(rule.dst));
  if (rule.icmpType) demand('icmp-type', 4);
  if (rule.icmpv6Type) demand('icmpv6-type', 6);
  if (rule.proto?.every((protocol) => protocol === ICMP)) demand('proto icmp', 4);
  if (rule.proto?.every((protocol) => protocol === ICMPV6)) demand('proto icmpv6', 6);
  if (rule.malformed?.every((defect) => defect === 'ipv6-extensions')) demand('malformed', 6);
  return demands;
}

const familiesOf = (nets: readonly Net[]) => [...new Set(nets.map(({ family }) => family))];

function protocols(rule: Rule): Demand<number>[] {
  const demands: Demand<number>[] = [];
  const demand = (by: string, values: readonly number[]) => demands.push({ by, values });
  if (rule.proto) demand('proto', rule.proto);
  if (rule.sport) demand('sport', WITH_PORTS);
  if (rule.dport) demand('dport', WITH_PORTS);
  if (rule.tcpFlags) demand('tcp-flags', [TCP]);
  if (rule.icmpType) demand('icmp-type', [ICMP]);
  if (rule.icmpv6Type) demand('icmpv6-type', [ICMPV6]);
  const ofDefects = rule.malformed?.map((defect) => DEFECT_PROTOCOLS[defect]);
  if (ofDefects?.every((values) => values !== undefined)) demand('malformed', ofDefects.flat());
  return demands;
}

/** @throws UsageError when no value is left that all want, with the first two that exclude each other if there are such */
function agree<T>(demands: readonly Demand<T>[], show: (value: T) => string): void {
  let left = demands[0]?.values ?? [];
  for (const [i, { by, values }] of demands.entries()) {
    left = left.filter((value) => values.includes(value));
    if (left.length) continue;
    const rival = demands.slice(0, i).find((other) => !other.values.some((value) => values.includes(value)));
    const wants = `${by} wants ${[...new Set(values)].map(show).join(' or ')}`;
    const other = rival
      ? `${rival.by} ${[...new Set(rival.values)].map(show).join(' or ')}`
      : 'the others something else';
    throw new UsageError(`the rule contradicts itself: ${wants}, ${other}`);
  }
}
