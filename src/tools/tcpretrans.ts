import { type Retransmission, tcpretrans } from '../gen/tcpretrans.ts';
import { endColumns, endpointColumns } from '../kit/columns/net-columns.ts';
import { ownerColumns } from '../kit/columns/owner-columns.ts';
import { stackColumn } from '../kit/columns/stack-column.ts';
import { errorColumn } from '../kit/columns/task-columns.ts';
import { elapsedColumn, timeAlways, timeColumn, timeOptions } from '../kit/columns/time.ts';
import { column, fieldsOf } from '../kit/columns/typed-columns.ts';
import { connectionOptions, connectionTargets } from '../kit/tool/connection-options.ts';
import { countColumn } from '../kit/tool/counts.ts';
import { defineStream } from '../kit/tool/define.ts';
import { flag } from '../kit/tool/options.ts';
import { ownerBlindSpot, ownerObservations, ownerPlan } from '../kit/tool/owner-plan.ts';
import { stackTarget } from '../kit/tool/stack-target.ts';

const event = tcpretrans.events.retransmission;
const field = fieldsOf(event);

/** By the number that the kernel's side has for them. */
const CAUSES = ['syn', 'synack', 'rto', 'loss', 'fast', 'tlp'];

export default defineStream({
  name: 'tcpretrans',
  group: 'network',
  summary: 'TCP retransmissions, with the reason for each',
  object: tcpretrans,
  event,
  type: 'retransmission',
  options: {
    ...timeOptions,
    sequence: flag('-s, --sequence', 'show the sequence number'),
    failed: flag('-x, --failed', 'also those that this machine could not send'),
    lossprobe: flag('-l, --lossprobe', 'also tail loss probes that carry new data'),
    stack: flag('--stack', "show the kernel's stack below each row"),
    ...connectionOptions,
  },
  columns: (_, run) => ({
    time: timeColumn<Retransmission>(run),
    elapsed: elapsedColumn<Retransmission>(run),
    ...ownerColumns,
    ...endpointColumns(event),
    local: endColumns.local,
    kind: column({
      head: 'T>',
      width: 2,
      type: 'string',
      doc: 'R: a retransmission; L: a tail loss probe',
      value: (e: Retransmission) => (CAUSES[e.cause] === 'tlp' ? 'L' : 'R'),
      text: (kind) => `${kind}>`,
    }),
    remote: endColumns.remote,
    state: field('state', 'state of the connection'),
    cause: column({
      head: 'CAUSE',
      width: 6,
      type: 'string',
      doc: 'syn, synack: the handshake is not answered; rto: nothing was for long; loss: the rest after that; fast: acknowledgements tell of a loss; tlp: a tail loss probe',
      value: (e: Retransmission) => CAUSES[e.cause],
    }),
    seq: field('seq', 'sequence number of its first byte', { width: 10, align: 'left' }),
    length: field('length', 'bytes of data in it', { width: 6 }),
    retransmits: field('retransmits', 'timeouts in a row, without an answer', { head: 'ROW', width: 3 }),
    new_data: field('new_data', 'whether a loss probe carries new data, and is no retransmission', { head: 'NEW' }),
    srtt: column({
      head: 'SRTT(ms)',
      width: 8,
      align: 'right',
      type: 'int',
      nullable: true,
      doc: 'smoothed round-trip time, ns; null before it was measured',
      value: (e: Retransmission) => e.srtt || null,
      text: (ns) => (Number(ns) / 1e6).toFixed(3),
    }),
    ret: field('ret', 'result of sending: 0, or a negative errno'),
    error: errorColumn<Retransmission>(),
    stack: stackColumn,
  }),
  plan: {
    ...ownerPlan,
    segments: { tp_btf: ['segment_tp_btf'], raw_tp: ['segment_raw_tp'] },
    handshakes: { tp_btf: ['synack_tp_btf'], raw_tp: ['synack_raw_tp'] },
    probes: {
      fentry: ['probe_begins_fentry', 'probe_ends_fexit'],
      kprobe: ['probe_begins_kprobe', 'probe_ends_kretprobe'],
      // those that carry old data are segments that are sent again; the others nobody sees then
      none: [],
    },
  },
  setup: (options) => ({
    observe: [...ownerObservations, 'segments', 'handshakes', ...(options.lossprobe ? ['probes'] : [])],
    constants: { with_failed: options.failed },
    targets: [...connectionTargets(options), stackTarget(options.stack)],
  }),
  defaults: (o) => [
    ...timeAlways(o),
    'pid',
    'ip',
    'local',
    'kind',
    'remote',
    'state',
    o.sequence && 'seq',
    o.failed && 'error',
    o.stack && 'stack',
  ],
  counts: {
    doc: 'retransmissions by connection',
    type: 'retransmissions',
    columns: () => ({ ...endpointColumns(event), ...endColumns, retransmits: countColumn('retransmits') }),
    defaults: () => ['local', 'remote', 'retransmits'],
  },
  examples: [
    ['tcpretrans', 'every retransmission on this machine'],
    ['tcpretrans --columns +comm,+cause,+length', 'whose, why, and how much'],
    ['tcpretrans -c --duration 1m', 'how many by connection, in a minute'],
    ['tcpretrans --raddr 10.0.0.0/8 -D 443', 'to servers in one network'],
    ['tcpretrans --filter \'cause == "rto" && retransmits > 2\'', 'only connections that are as good as dead'],
  ],
  blindSpots: [
    ownerBlindSpot,
    'Loss probes that carry new data (-l) are seen where the kernel has fentry or kprobes; those that repeat data always are.',
    'Failures (-x) are told by recent kernels only: Linux 6.18 does, 6.12 does not.',
    'What network cards retransmit by themselves (TCP offload) is not seen.',
  ],
});
