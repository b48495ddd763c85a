import type { TopRow } from '../top/model.ts';

/** A flow in one interval, or a group of flows. What the flows of a group differ in is null. */
export interface FlowRow extends TopRow {
  /** 'tcp', 'udp', 'icmp', 'ipv6-icmp', or the protocol's number. */
  readonly protocol: string | null;
  readonly laddr: string | null;
  readonly raddr: string | null;
  /** null for protocols without ports, too. */
  readonly lport: number | null;
  readonly rport: number | null;
  /** The lower one of both ports, which is usually the one of the service. */
  readonly port: number | null;
  readonly netns: number | null;
  /** The process that uses the socket; null: it is not known, or there are several. */
  readonly pid: number | null;
  readonly tid: number | null;
  readonly uid: number | null;
  readonly comm: string | null;
  readonly cgroup_id: string | null;
  /** Path of the owner's cgroup, below the root of cgroup v2. */
  readonly cgroup: string | null;
  /** `docker:1f2e3d4c5b6a`, or the cgroup's path where that names no container. */
  readonly container: string | null;
  /** Payload since the flow was seen first: what the processes have sent and received. */
  readonly tx_bytes: number;
  readonly rx_bytes: number;
  /** IP packets with all their headers, retransmissions included. */
  readonly tx_wire_bytes: number;
  readonly rx_wire_bytes: number;
  /** Packets as they are on the wire: segments of what the kernel handles as one are counted each. */
  readonly tx_packets: number;
  readonly rx_packets: number;
  /** The same per second, in this interval. */
  readonly tx_rate: number;
  readonly rx_rate: number;
  readonly tx_wire_rate: number;
  readonly rx_wire_rate: number;
  readonly tx_packet_rate: number;
  readonly rx_packet_rate: number;
  /** TCP's smoothed round-trip time, ns; of a group the longest; null: not TCP, or not measured yet. */
  readonly srtt: number | null;
  /** Segments that TCP has sent again since the connection began; null: not TCP. */
  readonly retrans: number | null;
  /** The state of a TCP connection. */
  readonly state: string | null;
}
