import { type Drop, tcpdrop } from '../gen/tcpdrop.ts';
import { resolveNetns } from '../host/netns.ts';
import { dropColumns } from '../kit/columns/drop-columns.ts';
import { ownerColumns } from '../kit/columns/owner-columns.ts';
import { flowColumns, tcpFlags } from '../kit/columns/packet-columns.ts';
import { stackColumn } from '../kit/columns/stack-column.ts';
import { elapsedColumn, timeAlways, timeColumn, timeOptions } from '../kit/columns/time.ts';
import { column, fieldsOf } from '../kit/columns/typed-columns.ts';
import { UsageError } from '../kit/errors.ts';
import { defineStream } from '../kit/tool/define.ts';
import { flag, option, parsePid } from '../kit/tool/options.ts';
import { ownerBlindSpot, ownerObservations, ownerPlan } from '../kit/tool/owner-plan.ts';
import { packetOptions, packetTarget } from '../kit/tool/packet-target.ts';
import { stackTarget } from '../kit/tool/stack-target.ts';
import { pidOption, taskTarget, userOptions } from '../kit/tool/task-target.ts';

const event = tcpdrop.events.drop;
const field = fieldsOf(event);

export default defineStream({
  name: 'tcpdrop',
  group: 'network',
  summary: 'TCP packets that the kernel drops, with the reason and the stack',
  object: tcpdrop,
  event,
  type: 'drop',
  options: {
    ...timeOptions,
    all: flag('-a, --all', 'also packets that are freed without a reason: with most of them TCP is merely done'),
    stack: { flags: '--no-stack', doc: 'without the kernel stack of each drop', default: true },
    ...packetOptions,
    netnsId: option('--netns-id <inode>', 'the same, as bcc calls it', resolveNetns),
    pidNetns: option('--pid-netns <pid>', 'only the network namespace of this process', (text) =>
      resolveNetns(`/proc/${parsePid(text)}/ns/net`),
    ),
    ...pidOption,
    ...userOptions,
  },
  columns: (_, run) => ({
    time: timeColumn<Drop>(run),
    elapsed: elapsedColumn<Drop>(run),
    ...ownerColumns,
    ...flowColumns(event),
    skaddr: column({
      head: 'SKADDR',
      width: 18,
      type: 'string',
      nullable: true,
      doc: "the socket's address in the kernel; null without a socket",
      value: (e: Drop) => (e.skaddr === '0x0' ? null : e.skaddr),
    }),
    state: column({
      head: 'STATE',
      width: 11,
      type: 'string',
      nullable: true,
      doc: 'state of the connection; null without a socket',
      value: (e: Drop) => (e.skaddr === '0x0' ? null : e.state),
    }),
    flags: column({
      head: '(FLAGS)',
      width: 9,
      type: 'string',
      doc: 'TCP flags of the packet',
      value: (e: Drop) => tcpFlags(e.flags),
      text: (flags) => `(${flags})`,
    }),
    seq: field('seq', 'its sequence number', { width: 10, align: 'left' }),
    ack: field('ack', 'what it acknowledges', { width: 10, align: 'left' }),
    length: field('length', 'bytes of data in it', { width: 6 }),
    dev: column({
      head: 'DEV',
      width: 10,
      type: 'string',
      nullable: true,
      doc: 'the interface that it came by or was to leave by',
      value: (e: Drop) => e.dev || null,
    }),
    ...dropColumns,
    stack: stackColumn,
  }),
  plan: {
    ...ownerPlan,
    drops: {
      reason_tp_btf: ['dropped_tp_btf'],
      reason_raw_tp: ['dropped_raw_tp'],
      freed: ['freed_raw_tp'],
    },
  },
  setup: (options) => ({
    observe: [...ownerObservations, 'drops'],
    constants: { with_all: options.all },
    targets: [
      taskTarget(options),
      packetTarget({ ...options, netns: oneNetns(options.netns, options.netnsId, options.pidNetns) }),
      stackTarget(options.stack),
    ],
  }),
  defaults: (o) => [
    ...timeAlways(o),
    'pid',
    'ip',
    'source',
    'destination',
    'state',
    'flags',
    'reason',
    o.stack && 'stack',
  ],
  examples: [
    ['tcpdrop', 'every TCP packet that is dropped on this machine, and why'],
    ['tcpdrop --no-stack -P 443', 'to or from port 443, a line each'],
    ['tcpdrop --netns blue --daddr 10.0.0.0/8', 'in one network namespace, on the way to one network'],
    [
      'tcpdrop --filter \'reason == "NETFILTER_DROP"\' --columns +dev',
      'what the firewall drops, and by which interface',
    ],
    ['tcpdrop --json --columns reason,location,source,destination', 'for a script'],
  ],
  blindSpots: [
    'The kernel says why it drops a packet since Linux 5.17, and in more cases with every version: what it frees without a reason is shown with --all only. Before 5.17 it gives no reasons: here and there what TCP is merely done with is shown, too, and what TCP itself drops (segments outside of the window, old acknowledgements) is missed.',
    'A SYN that finds the queue of its listener full is no drop to the kernel: it is consumed. Its retransmissions show it: tcpretrans.',
    'Before Linux 6.11 the kernel does not tell the socket that a received packet was for: its state and process are not known.',
    ownerBlindSpot,
    'What the network card, its driver or XDP drop before the kernel has looked at the packet is not seen; nor is a packet inside of a tunnel, before it is unpacked.',
  ],
});

function oneNetns(...given: readonly (number | undefined)[]): number | undefined {
  const [netns, ...more] = given.filter((each) => each !== undefined);
  if (more.length > 0) throw new UsageError('--netns, --netns-id and --pid-netns exclude each other');
  return netns;
}
