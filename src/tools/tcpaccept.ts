import { type Accept, tcpaccept } from '../gen/tcpaccept.ts';
import { endpointColumns, wideOption } from '../kit/columns/net-columns.ts';
import { userColumn } from '../kit/columns/task-columns.ts';
import { elapsedColumn, timeColumn, timeOptions, timesShown } from '../kit/columns/time.ts';
import { fieldsOf } from '../kit/columns/typed-columns.ts';
import { defineStream } from '../kit/tool/define.ts';
import { netOptions, netTarget, portsOption } from '../kit/tool/net-target.ts';
import { pidOption, taskTarget, userOptions } from '../kit/tool/task-target.ts';

const event = tcpaccept.events.accept;
const field = fieldsOf(event);

/** Of an address, here. */
const BCC_WIDTH = 16;

export default defineStream({
  name: 'tcpaccept',
  group: 'network',
  summary: 'TCP connections that processes accept',
  object: tcpaccept,
  event,
  type: 'accept',
  options: {
    ...timeOptions,
    ...wideOption,
    port: portsOption('-P, --port <ports>', 'only these local ports: 80,443,8000-8100'),
    ...netOptions,
    ...pidOption,
    ...userOptions,
  },
  columns: (options, run) => {
    const { ip, laddr, lport, raddr, rport, netns } = endpointColumns(event, options);
    const width = options.wide ? raddr.width : BCC_WIDTH;
    return {
      time: timeColumn<Accept>(run),
      elapsed: elapsedColumn<Accept>(run),
      uid: field('uid', "the process's user id"),
      user: userColumn<Accept>(),
      pid: field('pid', 'id of the process that accepted'),
      tid: field('tid', 'id of its thread that did'),
      comm: field('comm', "the thread's command name", { width: 12 }),
      cgroup_id: field('cgroup_id', 'id of the cgroup (v2) of the process: the inode number of its directory'),
      ip,
      raddr: { ...raddr, width },
      rport,
      laddr: { ...laddr, width },
      lport,
      netns,
      queued: field('queued', 'time that the connection has waited to be accepted, ns', {
        head: 'QUEUED(ms)',
        width: 10,
      }),
      backlog: field('backlog', "connections that still wait in the listener's queue"),
      max_backlog: field('max_backlog', 'how many may wait there, and one more', { head: 'MAX' }),
    };
  },
  plan: {
    accept: {
      fexit: ['accept_fexit'],
      kprobe: ['accept_kprobe', 'accept_kretprobe'],
      raw_tp: ['accept_raw_tp'],
      tracepoint: ['enter_accept', 'enter_accept4', 'leave_accept', 'leave_accept4'],
    },
  },
  setup: (options) => ({
    observe: ['accept'],
    constants: {},
    targets: [taskTarget(options), netTarget({ ...options, lports: options.port })],
  }),
  defaults: (o) => [...timesShown(o), 'pid', 'comm', 'ip', 'raddr', 'rport', 'laddr', 'lport'],
  examples: [
    ['tcpaccept', 'every connection that is accepted on this machine'],
    ['tcpaccept -P 80,443 -T', 'those to our web server, with the time of day'],
    ['tcpaccept --raddr 10.0.0.0/8 -4', 'those that come from one network'],
    ['tcpaccept --columns +queued,+backlog', 'how long they waited, and how many still do'],
    ["tcpaccept --filter 'queued > 100000000'", 'those that waited for more than 100 ms'],
  ],
  blindSpots: [
    'A connection that nobody accepts is not shown, also where the kernel has established it already: see tcpstates.',
    'Through raw_tp and tracepoint (see -v), connections accepted by io_uring, by the kernel itself, by 32-bit programs, or by MPTCP are not seen, nor one that another thread closes before the call has returned.',
    'User names come from /etc/passwd; a user from elsewhere is shown by number.',
  ],
});
