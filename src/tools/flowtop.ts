import { flowtop } from '../gen/flowtop.ts';
import { resolveCgroup } from '../host/cgroups.ts';
import { cpus } from '../host/cpus.ts';
import { parseNets } from '../host/net.ts';
import { flowColumns } from '../kit/columns/flow-columns.ts';

import { foldFlows } from '../kit/flows/fold.ts';
import { FlowSource } from '../kit/flows/source.ts';
import { cookieOwnerObservations, cookieOwnerPlan } from '../kit/tool/cookie-owner-plan.ts';
import { flag, option } from '../kit/tool/options.ts';
import { packetOptions, packetTarget } from '../kit/tool/packet-target.ts';
import { pidOption, taskTarget } from '../kit/tool/task-target.ts';
import { defineTop } from '../kit/top/define.ts';
import { parseCount } from '../kit/units.ts';

/** Bytes that the flow table may take by default: each flow has counters on each CPU. */
const MEMORY = 256 * 1024 * 1024;
const FLOW_BYTES = 112;
const flowsByDefault = () => Math.min(65536, Math.floor(MEMORY / (FLOW_BYTES * cpus('possible').length)));

const [RATES, SUMS] = [['tx_rate', 'rx_rate'] as const, ['tx_bytes', 'rx_bytes'] as const];
const SORTS = ['rate', ...RATES, ...SUMS];

export default defineTop({
  name: 'flowtop',
  group: 'network',
  summary: 'who talks to whom, how much, and how well: flows, processes, containers, hosts, ports',
  object: flowtop,
  what: 'flows',
  options: {
    tcp: flag('--tcp', 'only TCP'),
    udp: flag('--udp', 'only UDP; with --tcp: both'),
    ipv4: packetOptions.ipv4,
    ipv6: packetOptions.ipv6,
    port: packetOptions.port,
    net: option('--net <nets>', 'only to or from these networks: 10.0.0.0/8,::1', (text) => parseNets(text, '--net')),
    ...pidOption,
    cgroup: option('--cgroup <path>', 'only sockets of this cgroup (v2) and those below it', resolveCgroup),
    netns: packetOptions.netns,
    loopback: flag('--loopback', 'also what stays on this machine, which is counted at both of its ends'),
    maxFlows: option('--max-flows <n>', 'room for so many flows (default: 65536, or what fits into 256 MiB)', (text) =>
      parseCount(text, '--max-flows', { min: 1, max: 2 ** 22 }),
    ),
    resolve: flag('--resolve', 'show names for addresses, once they are known; columns lname, rname'),
  },
  columns: (_, run) => flowColumns(run),
  plan: {
    ...cookieOwnerPlan,
    traffic: { cgroup: ['flows_egress_cgroup', 'flows_ingress_cgroup'] },
    states: { tp_btf: ['states_tp_btf'], raw_tp: ['states_raw_tp'] },
    /** Connections that are older than the run, and silent. */
    older: { iterator: ['older_iter'], none: [] },
  },
  setup: ({ tcp, udp, ipv4, ipv6, port, net, netns, pid, follow, cgroup, loopback, maxFlows }) => ({
    observe: [...cookieOwnerObservations, 'traffic', 'states', 'older'],
    constants: {
      target_protocol: tcp === udp ? 0 : tcp ? 6 : 17,
      with_loopback: loopback,
      place_cgroup_id: cgroup && cgroup.path !== '/' ? BigInt(cgroup.id) : 0,
    },
    targets: [taskTarget({ pid, follow }), packetTarget({ ipv4, ipv6, port, netns, addr: net })],
    place: cgroup ?? '/',
    sizes: { flows: maxFlows ?? flowsByDefault() },
  }),
  source: (object, start) => new FlowSource(object, start),
  groups: {
    flow: {
      doc: 'each flow for itself',
      key: null,
      columns: ['pid', 'comm', 'protocol', 'lport', 'remote', ...RATES, 'srtt'],
      more: ['state', 'retrans', 'laddr', ...SUMS, 'container'],
      sorts: [...SORTS, 'srtt', 'retrans', 'comm', 'remote'],
    },
    process: {
      doc: 'by process',
      key: ({ pid, comm }) => (pid === null ? '-' : `${pid} ${comm}`),
      columns: ['pid', 'comm', 'flows', ...RATES, ...SUMS, 'srtt'],
      more: ['retrans', 'container', 'command'],
      sorts: [...SORTS, 'flows', 'comm', 'pid'],
    },
    container: {
      doc: 'by container, or by cgroup where there is none',
      key: ({ container }) => container ?? '-',
      columns: ['container', 'flows', ...RATES, ...SUMS, 'srtt'],
      sorts: [...SORTS, 'flows', 'container'],
    },
    host: {
      doc: 'by remote address',
      key: ({ raddr }) => raddr ?? '-',
      columns: ['raddr', 'flows', ...RATES, ...SUMS, 'srtt'],
      sorts: [...SORTS, 'flows', 'srtt', 'raddr'],
    },
    port: {
      doc: 'by protocol and port, the lower one of both',
      key: ({ protocol, port }) => `${protocol} ${port}`,
      columns: ['protocol', 'port', 'flows', ...RATES, ...SUMS, 'srtt'],
      sorts: [...SORTS, 'flows', 'port'],
    },
  },
  fold: foldFlows,
  capacity: ({ maxFlows }) => maxFlows ?? flowsByDefault(),
  totals: [
    ...RATES,
    'tx_wire_rate',
    'rx_wire_rate',
    'tx_packet_rate',
    'rx_packet_rate',
    ...SUMS,
    'tx_wire_bytes',
    'rx_wire_bytes',
    'tx_packets',
    'rx_packets',
    'flows',
  ],
  examples: [
    ['flowtop', 'all flows of this machine, the busiest first'],
    ['flowtop --by process --units si-bits', 'who uses the network, in megabits'],
    ['flowtop --by container -i 5s', 'the same by container, every five seconds'],
    ['flowtop --net 10.0.0.0/8 -P 443 --columns +state,+retrans', 'HTTPS within the company, and how well it goes'],
    ['flowtop --json --count 60 --idle', 'a minute of all flows, for scripts'],
  ],
  blindSpots: [
    'Packets are counted at sockets. What this machine only forwards, drops before a socket, or answers without one (ping, a closed port) has none; so have the packets that come for a connection in TIME_WAIT.',
    'A datagram that is larger than the MTU counts as one packet, as it is before it is cut into fragments.',
    'Payload of TCP is data without retransmissions; on its way in it counts before its checksum and order are looked at, and is corrected by the acknowledgement. Data that nobody acknowledges any more, because the connection breaks off, may be among it.',
    'What a full socket buffer drops of UDP is among what was received. Multicast that comes back to its sender counts twice there.',
    '--cgroup: a socket belongs to the cgroup in which it was made, an accepted one to that of its listener, also when other processes use it later.',
    'A connection that waits to be accepted is taken for that of the process that listens; so is one that io_uring or a 32-bit program accepts, until a process uses it. Where a socket is used by several processes, the last one counts.',
    'Of connections that are older than the run, silent ones are known (--idle) that a process holds open; of UDP, connected sockets that somebody has asked for their cookie before.',
    'A kernel before 6.3 without kprobes and fentry does not tell who sends by a connected socket that another process has made, until that one reads from it.',
    'A flow is forgotten, and begins anew, 5 s after its connection has ended, and after 10 min of silence on an open one, or 1 min without a connection.',
    'The kernel evicts the least recently used flows in groups, before the last place is taken. Totals of packets and of wire bytes count them all the same.',
  ],
});
