import { type Change, tcpstates } from '../gen/tcpstates.ts';
import { endpointColumns, endpointsShown, wideOption } from '../kit/columns/net-columns.ts';
import { ownerColumnsFor } from '../kit/columns/owner-columns.ts';
import { elapsedColumn, timeColumn, timeOptions, timesShown } from '../kit/columns/time.ts';
import { column, fieldsOf } from '../kit/columns/typed-columns.ts';
import { connectionOptions, connectionTargets } from '../kit/tool/connection-options.ts';
import { defineStream } from '../kit/tool/define.ts';
import { ownerBlindSpot, ownerObservations, ownerPlan } from '../kit/tool/owner-plan.ts';

const event = tcpstates.events.change;
const field = fieldsOf(event);

export default defineStream({
  name: 'tcpstates',
  group: 'network',
  summary: 'TCP state changes, with the time spent in each state',
  object: tcpstates,
  event,
  type: 'change',
  options: {
    ...timeOptions,
    ...wideOption,
    ...connectionOptions,
  },
  columns: (options, run) => ({
    time: timeColumn<Change>(run),
    elapsed: elapsedColumn<Change>(run),
    skaddr: field('skaddr', "the socket's address in the kernel: the same for all changes of one socket"),
    ...ownerColumnsFor(options),
    ...endpointColumns(event, options),
    oldstate: field('oldstate', 'state before', {
      head: 'OLDSTATE    ->',
      width: 14,
      text: (state) => `${String(state).padEnd(11)} ->`,
    }),
    newstate: field('newstate', 'state from now on'),
    duration: column({
      head: 'MS',
      width: 10,
      align: 'right',
      type: 'int',
      nullable: true,
      doc: 'time spent in the old state, ns; null when its beginning was not seen',
      value: (e: Change) => e.duration || null,
      text: (ns) => (Number(ns) / 1e6).toFixed(3),
    }),
  }),
  plan: {
    ...ownerPlan,
    states: { tp_btf: ['changed_tp_btf', 'changed_tp_btf_twin'], raw_tp: ['changed_raw_tp', 'changed_raw_tp_twin'] },
  },
  setup: (options) => ({
    observe: [...ownerObservations, 'states'],
    constants: {},
    targets: connectionTargets(options),
  }),
  defaults: (o) => [...timesShown(o), 'pid', 'comm', ...endpointsShown(o), 'oldstate', 'newstate', 'duration'],
  examples: [
    ['tcpstates', 'every state change of every TCP socket'],
    ['tcpstates -L 443 -T', 'of the connections to our port 443, with the time of day'],
    ['tcpstates -D 5432,6432 --raddr 10.0.0.0/8', 'of the connections to databases in that network'],
    ['tcpstates --columns +skaddr,-pid,-comm', 'with the address that tells sockets apart'],
  ],
  blindSpots: [
    ownerBlindSpot,
    'TIME_WAIT is no state of a socket: what goes there is shown as CLOSE.',
    'A handshake that is not complete is no socket yet and is not shown.',
    'MPTCP shows its subflows.',
  ],
});
