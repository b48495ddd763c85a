import type { Decision } from '../gen/xdp-explain.ts';
import { DEFECTS } from '../rules/model.ts';
import { ICMP_TYPES, ICMPV6_TYPES, nameOf } from '../rules/names.ts';
import { IPV6 } from '../rules/tables.ts';
import { formatFlags } from '../rules/values.ts';
import { protocolName } from './protocol.ts';

// The values that mean "no such field" are those of bpf/include/xdp-packet.h.
const [NO_FLAGS, NO_TYPE, NO_PORT, NO_VLAN] = [256, 512, 65536, 4096];

/** A packet as the program has read it, on one line: `tcp 10.0.0.1:1234 > 10.0.0.2:80 flags syn`. */
export function describeDecision(it: Decision): string {
  const ends = `${end(it, it.saddr, it.sport)} > ${end(it, it.daddr, it.dport)}`;
  const type = it.type >= IPV6 ? nameOf(ICMPV6_TYPES, it.type - IPV6) : nameOf(ICMP_TYPES, it.type);
  const defects = DEFECTS.filter((_, bit) => (it.defects >>> bit) & 1);
  return [
    it.family ? `${protocolName(it.proto) ?? `ipv${it.family}`} ${ends}` : 'no IP',
    it.flags !== NO_FLAGS && `flags ${formatFlags({ set: it.flags, mask: it.flags }) || 'none'}`,
    it.type !== NO_TYPE && `type ${type}`,
    it.vlan !== NO_VLAN && `vlan ${it.vlan}${it.inner_vlan === NO_VLAN ? '' : `.${it.inner_vlan}`}`,
    it.is_fragment && 'fragment',
    defects.length > 0 && `malformed ${defects.join(',')}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function end({ family }: Decision, address: string, port: number): string {
  if (port === NO_PORT) return address;
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
