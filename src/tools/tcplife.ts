import { type Session, tcplife } from '../gen/tcplife.ts';
import { endpointColumns, endpointsShown, wideOption } from '../kit/columns/net-columns.ts';
import { ownerColumnsFor } from '../kit/columns/owner-columns.ts';
import { elapsedColumn, timeColumn, timeOptions, timesShown } from '../kit/columns/time.ts';
import { column, fieldsOf } from '../kit/columns/typed-columns.ts';
import { connectionOptions, connectionTargets } from '../kit/tool/connection-options.ts';
import { defineStream } from '../kit/tool/define.ts';
import { flag } from '../kit/tool/options.ts';
import { ownerBlindSpot, ownerObservations, ownerPlan } from '../kit/tool/owner-plan.ts';

const event = tcplife.events.session;
const field = fieldsOf(event);

/** By the numbers that the kernel's side has for them (bpf/include/sock-end.h). */
const REASONS = [null, 'FIN', 'RST', 'RST_SENT', 'TIMEOUT', 'UNREACHABLE', 'ERROR'] as const;
const ROLES = ['connect', 'accept'] as const;

/** Who began to close, as far as the last state and the reason tell. */
function closer({ state, reason }: Session): 'local' | 'remote' | null {
  if (reason === 0) return null;
  if (state !== 'ESTABLISHED') return state === 'CLOSE_WAIT' || state === 'LAST_ACK' ? 'remote' : 'local';
  return REASONS[reason] === 'RST' ? 'remote' : REASONS[reason] === 'RST_SENT' ? 'local' : null;
}

const kilobytes = (bytes: unknown) => `${Math.floor(Number(bytes) / 1024)}`;

export default defineStream({
  name: 'tcplife',
  group: 'network',
  summary: 'TCP sessions, with what they carried, how long, and how they ended',
  object: tcplife,
  event,
  type: 'session',
  options: {
    ...timeOptions,
    open: flag('--open', 'list the sessions that are open now, and end'),
    ...wideOption,
    ...connectionOptions,
  },
  shorts: { csv: '-s' },
  columns: (options, run) => ({
    time: timeColumn<Session>(run),
    elapsed: elapsedColumn<Session>(run),
    skaddr: field('skaddr', "the socket's address in the kernel, which tells open ones apart"),
    ...ownerColumnsFor(options),
    ...endpointColumns(event, options),
    tx_bytes: field('tx_bytes', 'bytes of data sent and acknowledged; KiB in the table', {
      head: 'TX_KB',
      width: 5,
      text: kilobytes,
    }),
    rx_bytes: field('rx_bytes', 'bytes of data received; KiB in the table', {
      head: 'RX_KB',
      width: 5,
      text: kilobytes,
    }),
    role: column({
      head: 'ROLE',
      width: 7,
      type: 'string',
      doc: 'what this side did: connect or accept',
      value: ({ role }: Session) => ROLES[role],
    }),
    state: field('state', 'state before the end; with --open, the one of now'),
    reason: column({
      head: 'REASON',
      width: 8,
      type: 'string',
      nullable: true,
      doc: 'why it ended: FIN, RST (came), RST_SENT (by this side), TIMEOUT, UNREACHABLE, or ERROR for any other',
      value: ({ reason }: Session) => REASONS[reason] ?? null,
      alert: (reason) => reason !== 'FIN',
    }),
    closer: column({
      head: 'CLOSER',
      width: 6,
      type: 'string',
      nullable: true,
      doc: 'who closed it first: local or remote; null when nobody did',
      value: closer,
    }),
    retrans: field('retrans', 'segments sent again', { width: 7 }),
    srtt: field('srtt', 'smoothed round-trip time, ns; 0 before the first measurement'),
    partial: column({
      head: 'PARTIAL',
      width: 7,
      type: 'bool',
      doc: 'whether its beginning was not seen',
      value: ({ duration }: Session) => duration === 0,
    }),
    duration: column({
      head: 'MS',
      width: 8,
      type: 'int',
      nullable: true,
      doc: 'time since it was established, ns; null when that was not seen',
      value: (e: Session) => e.duration || null,
      text: (ns) => (Number(ns) / 1e6).toFixed(2),
    }),
  }),
  plan: {
    ...ownerPlan,
    ends: { tp_btf: ['session_tp_btf', 'session_tp_btf_twin'], raw_tp: ['session_raw_tp', 'session_raw_tp_twin'] },
    open: { iterator: ['open_files_iter', 'open_tcp_iter'] },
  },
  setup: (options) => ({
    observe: options.open ? ['open'] : [...ownerObservations, 'ends'],
    once: options.open,
    constants: {},
    targets: connectionTargets(options),
  }),
  defaults: (o) => [
    ...timesShown(o),
    'pid',
    'comm',
    ...endpointsShown(o),
    'tx_bytes',
    'rx_bytes',
    o.open ? 'state' : 'duration',
  ],
  // a socket that several processes hold is found several times
  keep: ({ open }) => {
    const known = new Set<string>();
    return open ? ({ skaddr }) => known.size < known.add(skaddr).size : undefined;
  },
  examples: [
    ['tcplife', 'every TCP session of this machine, at its end'],
    ['tcplife --open', 'the sessions that are open now'],
    ['tcplife -L 80,443 -T', 'those of our web server, with the time of day'],
    [
      'tcplife -D 5432 --columns +reason,+closer,+retrans,+srtt',
      'to databases: how they ended, and how well they went',
    ],
    ['tcplife --filter \'reason != "FIN" && tx_bytes > 0\'', 'only those that broke'],
  ],
  blindSpots: [
    'A connect that fails is no session (see tcpconnect); nor is a handshake that is not complete.',
    'Of a session that is older than the run, all is known but its age; its role is told by its backlog, so one from listen(fd, 0) passes for a connect, and its tx_bytes are one too low.',
    ownerBlindSpot,
    'A session ends with its socket: TIME_WAIT comes after the end. What is sent after a close is not waited for.',
    '--open: sessions that no process holds (not accepted yet, or closed and not at their end) are listed for the network namespace of the command only.',
    'MPTCP shows its subflows. Sessions of the kernel itself (NFS, iSCSI) have no process.',
    'More than 65536 sessions at a time: of the oldest ones the beginning is forgotten.',
  ],
});
