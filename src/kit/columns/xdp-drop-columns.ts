import type { Drop } from '../../gen/xdp-drop.ts';
import { interfaceName } from '../../host/interfaces.ts';
import { formatFlags } from '../../rules/values.ts';
import { protocolName } from '../../xdp/protocol.ts';
import { REASONS } from '../../xdp/reasons.ts';
import { column } from './typed-columns.ts';

const NO_VLAN = 4096;
const NO_FLAGS = 256;

/** What is computed of a dropped packet. @param ruleOf the rule whose counters are in a slot */
export const xdpDropColumns = {
  interface: column({
    head: 'IFACE',
    width: 8,
    type: 'string',
    doc: 'interface that it came in by',
    resolved: true,
    value: ({ ifindex }: Drop) => interfaceName(ifindex),
  }),
  saddr: column({
    head: 'SADDR',
    width: 15,
    type: 'string',
    nullable: true,
    doc: 'source address; null: no IP',
    value: ({ saddr, family }: Drop) => (family ? saddr : null),
  }),
  daddr: column({
    head: 'DADDR',
    width: 15,
    type: 'string',
    nullable: true,
    doc: 'destination address',
    value: ({ daddr, family }: Drop) => (family ? daddr : null),
  }),
  proto: column({
    head: 'PROTO',
    width: 6,
    type: 'string',
    nullable: true,
    doc: 'protocol by name or number; null: no IP, or not known',
    value: ({ proto }: Drop) => protocolName(proto),
  }),
  flags: column({
    head: 'FLAGS',
    width: 7,
    type: 'string',
    nullable: true,
    doc: 'TCP flags that are set',
    value: ({ flags }: Drop) => (flags === NO_FLAGS ? null : formatFlags({ set: flags, mask: flags }) || 'none'),
  }),
  vlan: column({
    head: 'VLAN',
    width: 4,
    type: 'int',
    nullable: true,
    doc: 'VLAN id, the outer one; null: it has none, or the hardware has taken it off',
    value: ({ vlan }: Drop) => (vlan === NO_VLAN ? null : vlan),
  }),
  fragment: column({
    head: 'FRAG',
    width: 5,
    type: 'bool',
    doc: 'whether it is a fragment',
    value: ({ is_fragment }: Drop) => is_fragment,
  }),
  reason: column({
    head: 'REASON',
    width: 12,
    type: 'string',
    doc: `why: ${REASONS.join(', ')}`,
    value: ({ reason }: Drop) => REASONS[reason],
  }),
  verdict: column({
    head: 'VERDICT',
    width: 10,
    type: 'string',
    doc: 'dropped, or with --dry-run: would drop',
    value: ({ is_dry }: Drop) => (is_dry ? 'would drop' : 'dropped'),
  }),
};
