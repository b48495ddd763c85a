import type { Net, Range, Rule } from '../../../src/rules/model.ts';
import type { Fields } from './frame.ts';

const inRanges = (value: number | undefined, ranges: readonly Range[]) =>
  value !== undefined && ranges.some(([first, last]) => first <= value && value <= last);

function inNets(address: bigint | undefined, family: number | undefined, nets: readonly Net[]): boolean {
  return nets.some((net) => {
    if (address === undefined || net.family !== family) return false;
    const bits = net.family === 4 ? 32 : 128;
    const start = net.words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
    return address >> BigInt(bits - net.length) === start >> BigInt(bits - net.length);
  });
}

/** Whether all conditions of a rule but rate and percent are true, one after the other. */
export function suits(rule: Rule, it: Fields): boolean {
  const { ip, proto, src, dst, sport, dport, tcpFlags, icmpType, icmpv6Type, length, vlan } = rule;
  const { mac, srcMac, dstMac, fragments, malformed } = rule;
  const conditions: boolean[] = [
    ip === undefined || it.family === ip,
    !proto || (it.proto !== undefined && proto.includes(it.proto)),
    !src || inNets(it.source, it.family, src),
    !dst || inNets(it.destination, it.family, dst),
    !sport || inRanges(it.sport, sport),
    !dport || inRanges(it.dport, dport),
    !tcpFlags || tcpFlags.some(({ set, mask }) => it.flags !== undefined && (it.flags & mask) === set),
    !icmpType || (it.family === 4 && inRanges(it.type, icmpType)),
    !icmpv6Type || (it.family === 6 && inRanges(it.type, icmpv6Type)),
    !length || inRanges(it.length, length),
    !vlan || it.vlans.some((id) => inRanges(id, vlan)),
    !mac || mac.includes(it.sourceMac) || mac.includes(it.destinationMac),
    !srcMac || srcMac.includes(it.sourceMac),
    !dstMac || dstMac.includes(it.destinationMac),
    !fragments || it.fragment,
    !malformed || malformed.some((defect) => it.defects.has(defect)),
  ];
  return conditions.every(Boolean);
}

/** The number of the first rule that suits, from 1 on; 0: none does. */
export const decide = (rules: readonly Rule[], it: Fields): number => rules.findIndex((rule) => suits(rule, it)) + 1;
