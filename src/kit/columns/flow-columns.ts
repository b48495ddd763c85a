import { commandLine } from '../../host/command-line.ts';
import { userName } from '../../host/users.ts';
import { joinArgs } from '../text.ts';
import type { TopRun } from '../top/define.ts';
import { formatAmount } from '../top/units.ts';
import type { Column, Value } from './columns.ts';
import type { FlowRow } from './flow-row.ts';
import { endText, ipVersion } from './net-columns.ts';
import { timeColumn } from './time.ts';
import { column } from './typed-columns.ts';

type Look = Partial<Pick<Column<FlowRow>, 'text' | 'align' | 'alert'>>;

const text = <K extends keyof FlowRow>(name: K, head: string, width: number, doc: string, look: Look = {}) =>
  column({
    head,
    width,
    type: 'string',
    nullable: true,
    doc,
    value: (row: FlowRow) => row[name] as string | null,
    ...look,
  });

const number = <K extends keyof FlowRow>(name: K, head: string, width: number, doc: string, look: Look = {}) =>
  column({
    head,
    width,
    type: 'int',
    nullable: true,
    doc,
    value: (row: FlowRow) => row[name] as number | null,
    ...look,
  });

const count = <K extends keyof FlowRow>(name: K, head: string, width: number, doc: string, look: Look = {}) =>
  column({
    head,
    width,
    align: 'right',
    type: 'int',
    doc,
    value: (row: FlowRow) => row[name] as number,
    ...look,
  });

const end = (head: string, doc: string, value: (row: FlowRow) => string | null) =>
  column({ head, width: 21, type: 'string', nullable: true, doc, value });

const endOf = (addr: string | null, port: number | null) =>
  addr === null ? null : port === null ? addr : endText(addr, port);

/** Who talks to whom. */
const ends = {
  protocol: text('protocol', 'PROTO', 5, "transport protocol: tcp, udp, icmp, icmpv6, …, or IANA's number"),
  ip: column({
    head: 'IP',
    width: 2,
    type: 'int',
    nullable: true,
    doc: 'version of the Internet Protocol: 4 or 6',
    value: ({ raddr }: FlowRow) => (raddr === null ? null : ipVersion({ raddr })),
  }),
  laddr: text('laddr', 'LADDR', 15, 'local address'),
  lport: number('lport', 'LPORT', 5, 'local port; null: the protocol has none'),
  local: end('LADDR:LPORT', 'local address and port', ({ laddr, lport }) => endOf(laddr, lport)),
  raddr: text('raddr', 'RADDR', 15, 'remote address'),
  rport: number('rport', 'RPORT', 5, 'remote port'),
  remote: end('RADDR:RPORT', 'remote address and port', ({ raddr, rport }) => endOf(raddr, rport)),
  port: number('port', 'PORT', 5, 'the lower one of both ports, which is usually that of the service'),
  netns: number('netns', 'NETNS', 10, 'inode number of the network namespace'),
};

/** Whose it is. */
const owner = {
  pid: number('pid', 'PID', 7, 'id of the process that uses the socket; null: nobody knows, or several do'),
  tid: number('tid', 'TID', 7, 'id of the thread that used it last'),
  comm: text('comm', 'COMM', 10, "that thread's command name"),
  uid: number('uid', 'UID', 6, 'its user id'),
  user: column({
    head: 'USER',
    width: 8,
    type: 'string',
    nullable: true,
    doc: 'its user name, or user id where there is no name',
    resolved: true,
    value: ({ uid }: FlowRow) => (uid === null ? null : userName(uid)),
  }),
  cgroup_id: text('cgroup_id', 'CGROUP_ID', 8, 'id of its cgroup (v2): the inode number of its directory'),
  cgroup: text('cgroup', 'CGROUP', 24, 'path of its cgroup (v2) below the root'),
  container: text('container', 'CONTAINER', 24, 'its container, docker:1f2e3d4c5b6a; the path where it is in none'),
};

/** What it carries, and how well. */
function amounts({ settings }: Pick<TopRun, 'settings'>) {
  const amount = { text: (value: Value) => formatAmount(Number(value), settings?.units ?? 'bin-bytes') };
  return {
    flows: count('members', 'FLOWS', 5, 'how many flows are in the row'),
    rate: count('rate', 'RATE/s', 9, 'bytes of IP packets per second, in both directions', amount),
    tx_rate: count('tx_rate', 'TX/s', 9, 'payload sent per second, bytes', amount),
    rx_rate: count('rx_rate', 'RX/s', 9, 'payload received per second, bytes', amount),
    tx_wire_rate: count('tx_wire_rate', 'TXWIRE/s', 9, 'bytes of the IP packets sent per second', amount),
    rx_wire_rate: count('rx_wire_rate', 'RXWIRE/s', 9, 'bytes of the IP packets received per second', amount),
    tx_packet_rate: count('tx_packet_rate', 'TXPKT/s', 7, 'packets sent per second'),
    rx_packet_rate: count('rx_packet_rate', 'RXPKT/s', 7, 'packets received per second'),
    tx_bytes: count('tx_bytes', 'TX', 8, 'payload sent since the flow was seen first, bytes', amount),
    rx_bytes: count('rx_bytes', 'RX', 8, 'payload received since then, bytes', amount),
    tx_wire_bytes: count('tx_wire_bytes', 'TXWIRE', 8, 'bytes of the IP packets sent, with all their headers', amount),
    rx_wire_bytes: count('rx_wire_bytes', 'RXWIRE', 8, 'bytes of the IP packets received', amount),
    tx_packets: count('tx_packets', 'TXPKT', 7, 'IP packets sent: segments, as they are on the wire'),
    rx_packets: count('rx_packets', 'RXPKT', 7, 'IP packets received'),
    retrans: number('retrans', 'RETR', 4, 'TCP segments sent again since the connection began; null: no TCP', {
      align: 'right',
    }),
    state: text('state', 'STATE', 11, 'state of the TCP connection'),
    srtt: number('srtt', 'RTT(ms)', 7, 'smoothed round-trip time of TCP, ns; of several flows the longest', {
      align: 'right',
      text: (ns) => (Number(ns) / 1e6).toFixed(2),
    }),
  };
}

/** Everything that can be told of a flow, or of several. */
export const flowColumns = (run: TopRun) => ({
  time: {
    ...timeColumn<FlowRow>(run),
    doc: 'when it was read: HH:MM:SS, or RFC 3339 with microseconds in --json and --csv',
  },
  ...owner,
  ...ends,
  ...amounts(run),
  command: column({
    head: 'COMMAND',
    width: 24,
    type: 'strings',
    nullable: true,
    doc: 'command line of the process; null: it is gone',
    resolved: true,
    value: ({ pid }: FlowRow) => (pid === null ? null : commandLine(pid)),
    text: (args) => joinArgs(args as readonly string[]),
  }),
});
