import type { FlowKey, Owner, Traffic } from '../../gen/flowtop.ts';
import type { FlowRow } from '../columns/flow-row.ts';

/** What a flow has carried since it was seen first. */
export type Amounts = Pick<
  FlowRow,
  'tx_bytes' | 'rx_bytes' | 'tx_wire_bytes' | 'rx_wire_bytes' | 'tx_packets' | 'rx_packets'
>;

export const NOTHING: Amounts = {
  tx_bytes: 0,
  rx_bytes: 0,
  tx_wire_bytes: 0,
  rx_wire_bytes: 0,
  tx_packets: 0,
  rx_packets: 0,
};

/** A flow from reading to reading. */
export interface KnownFlow {
  readonly key: string;
  /** What does not change. */
  readonly ends: Pick<FlowRow, 'protocol' | 'laddr' | 'raddr' | 'lport' | 'rport' | 'port' | 'netns'>;
  now: Traffic;
  /** In both directions, as the kernel counts them: what changes with every packet. */
  packets: number;
  /** The reading that has found it last. */
  reading: number;
  amounts: Amounts;
  /** At the reading before. */
  before: Amounts;
  /** Carried by sockets that had the same ends before this one. */
  earlier: { sent: number; received: number };
  /** null: nobody knows; undefined: not looked for yet. */
  owner: (Owner & Pick<FlowRow, 'cgroup' | 'container'>) | null | undefined;
}

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

export function newFlow(
  key: string,
  { protocol, laddr, raddr, lport, rport, netns }: FlowKey,
  now: Traffic,
): KnownFlow {
  const ports = HAS_PORTS.has(protocol) && (lport || rport) !== 0;
  return {
    key,
    ends: {
      protocol: PROTOCOLS[protocol] ?? `${protocol}`,
      laddr,
      raddr,
      lport: ports ? lport : null,
      rport: ports ? rport : null,
      port: ports ? Math.min(lport, rport) : null,
      netns,
    },
    now,
    packets: 0,
    reading: 0,
    amounts: NOTHING,
    before: NOTHING,
    earlier: { sent: 0, received: 0 },
    owner: undefined,
  };
}

/** Takes note of what was read. */
export function advance(flow: KnownFlow, value: Traffic): void {
  const { now, earlier } = flow;
  // the same ends were used again: the new socket counts from the beginning
  if (value.user !== now.user && (value.sent < now.sent || value.received < now.received)) {
    earlier.sent += now.sent;
    earlier.received += now.received;
  }
  flow.now = value;
  flow.packets = value.tx_packets + value.rx_packets;
  flow.before = flow.amounts;
  flow.amounts = {
    tx_bytes: value.tx_bytes + Math.max(0, earlier.sent + value.sent - value.tx_before),
    rx_bytes: value.rx_bytes + Math.max(0, earlier.received + value.received - value.rx_before),
    tx_wire_bytes: value.tx_wire_bytes,
    rx_wire_bytes: value.rx_wire_bytes,
    tx_packets: value.tx_packets,
    rx_packets: value.rx_packets,
  };
}

/** Per second; a count that is corrected downwards (a segment that came was dropped) is no negative rate. */
export function ratesOf(now: Amounts, before: Amounts, interval: number) {
  const rate = (field: keyof Amounts) => Math.round((Math.max(0, now[field] - before[field]) * 1e9) / interval);
  return {
    tx_rate: rate('tx_bytes'),
    rx_rate: rate('rx_bytes'),
    tx_wire_rate: rate('tx_wire_bytes'),
    rx_wire_rate: rate('rx_wire_bytes'),
    tx_packet_rate: rate('tx_packets'),
    rx_packet_rate: rate('rx_packets'),
  };
}

export function flowRow(flow: KnownFlow, time: number, interval: number): FlowRow {
  const { key, ends, now, amounts, before, owner } = flow;
  const rates = ratesOf(amounts, before, interval);
  const isTcp = now.state !== 'NONE';
  return {
    key,
    time,
    quiet: Math.max(0, time - now.seen),
    members: 1,
    rate: rates.tx_wire_rate + rates.rx_wire_rate,
    ...ends,
    pid: owner?.pid ?? null,
    tid: owner?.tid ?? null,
    uid: owner?.uid ?? null,
    comm: owner?.comm ?? null,
    cgroup_id: owner?.cgroup_id ?? null,
    cgroup: owner?.cgroup ?? null,
    container: owner?.container ?? null,
    ...amounts,
    ...rates,
    srtt: isTcp && now.srtt > 0 ? now.srtt : null,
    retrans: isTcp ? now.retrans : null,
    state: isTcp ? now.state : null,
  };
}
