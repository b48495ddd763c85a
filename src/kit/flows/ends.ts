import { flowtop } from '../../gen/flowtop.ts';
import type { FlowRow } from '../columns/flow-row.ts';
import type { FlowTable } from './flow-table.ts';

/** IANA's names for what is met; others by number. */
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  58: 'icmpv6',
  89: 'ospf',
  132: 'sctp',
  136: 'udplite',
};

const HAS_PORTS: ReadonlySet<number> = new Set([6, 17, 136]);

/** What does not change while a flow is known. */
export type Ends = Pick<FlowRow, 'protocol' | 'laddr' | 'raddr' | 'lport' | 'rport' | 'port' | 'netns'>;

export function endsOf({ keys }: FlowTable, slot: number): Ends {
  const { key } = flowtop.maps.flows;
  const { protocol, laddr, raddr, lport, rport, netns } = key.decode(keys, slot * key.size);
  const ports = HAS_PORTS.has(protocol) && (lport || rport) !== 0;
  return {
    protocol: PROTOCOLS[protocol] ?? `${protocol}`,
    laddr,
    raddr,
    lport: ports ? lport : null,
    rport: ports ? rport : null,
    port: ports ? Math.min(lport, rport) : null,
    netns,
  };
}
