import { type Connect, tcpconnect } from '../gen/tcpconnect.ts';
import { connectResult } from '../kit/columns/connect-result.ts';
import { endpointColumns } from '../kit/columns/net-columns.ts';
import { ownerColumns } from '../kit/columns/owner-columns.ts';
import { errorColumn } from '../kit/columns/task-columns.ts';
import { elapsedColumn, timeColumn, timeOptions, timesShown } from '../kit/columns/time.ts';
import { column } from '../kit/columns/typed-columns.ts';
import { lookupsOf } from '../kit/lookups.ts';
import { countColumn } from '../kit/tool/counts.ts';
import { defineStream } from '../kit/tool/define.ts';
import { netOptions, netTarget, portsOption } from '../kit/tool/net-target.ts';
import { flag, option } from '../kit/tool/options.ts';
import { pidOption, taskTarget, userOptions } from '../kit/tool/task-target.ts';
import { parseMilliseconds } from '../kit/units.ts';

const event = tcpconnect.events.connect;
const ends = endpointColumns(event);

/** bcc calls the ends so; in JSON they have the names of all tools. */
const heads = {
  laddr: { ...ends.laddr, head: 'SADDR' },
  lport: { ...ends.lport, head: 'LPORT' },
  raddr: { ...ends.raddr, head: 'DADDR' },
  rport: { ...ends.rport, head: 'DPORT' },
};

export default defineStream({
  name: 'tcpconnect',
  group: 'network',
  summary: 'active TCP connects, with what became of each and how long it took',
  object: tcpconnect,
  event,
  type: 'connect',
  options: {
    ...timeOptions,
    port: portsOption('-P, --port <ports>', 'only these remote ports: 80,443,8000-8100'),
    lport: flag('-L, --lport', 'show the local port'),
    dns: flag('-d, --dns', 'show the name that the process had looked up'),
    failed: flag('-x, --failed', 'only connects that failed'),
    minMs: option('--min-ms <ms>', 'only those that took at least so many milliseconds', (text) =>
      parseMilliseconds(text, '--min-ms'),
    ),
    printUid: flag('-U, --print-uid', 'show the user id'),
    ...pidOption,
    ...userOptions,
    ...netOptions,
  },
  columns: (_, run) => ({
    time: timeColumn<Connect>(run),
    elapsed: elapsedColumn<Connect>(run),
    ...ownerColumns,
    pid: { ...ownerColumns.pid, doc: 'id of the process that connects' },
    ...ends,
    ...heads,
    result: connectResult,
    error: errorColumn<Connect>(),
    latency: column({
      head: 'LAT(ms)',
      width: 7,
      align: 'right',
      type: 'int',
      nullable: true,
      doc: 'time from the SYN to that, ns; null when nothing was sent',
      value: (e: Connect) => e.latency || null,
      text: (ns) => (Number(ns) / 1e6).toFixed(2),
    }),
    query: column({
      head: 'QUERY',
      width: 24,
      type: 'string',
      nullable: true,
      doc: 'with --dns: the name for which the process had got that address',
      value: (e: Connect) => lookupsOf(run).nameOf(e),
    }),
  }),
  plan: {
    states: {
      tp_btf: ['twins_tp_btf', 'state_tp_btf', 'state_tp_btf_twin'],
      raw_tp: ['twins_raw_tp', 'state_raw_tp', 'state_raw_tp_twin'],
    },
    unsent: {
      fentry: ['call_fentry', 'call_fexit'],
      kprobe: ['call_kprobe', 'call_kretprobe'],
      tracepoint: ['enter_connect', 'leave_connect'],
    },
    dns: { raw_tp: ['answer_raw_tp'] },
  },
  setup: (options, wants) => ({
    observe: options.dns && wants('query') ? ['states', 'unsent', 'dns'] : ['states', 'unsent'],
    constants: {
      failed_only: options.failed,
      min_latency: Math.round((options.minMs ?? 0) * 1e6),
      count_lports: options.lport,
    },
    targets: [taskTarget(options), netTarget({ ...options, rports: options.port })],
  }),
  defaults: (o) => [
    ...timesShown(o),
    o.printUid && 'uid',
    'pid',
    'comm',
    'ip',
    'laddr',
    o.lport && 'lport',
    'raddr',
    'rport',
    'result',
    'latency',
    o.dns && 'query',
  ],
  keep: (_, run) => (e) => lookupsOf(run).see(e),
  counts: {
    doc: 'connects by destination',
    type: 'connects',
    columns: ({ lport }) => ({
      laddr: ends.laddr,
      ...(lport ? { lport: ends.lport } : {}),
      raddr: ends.raddr,
      rport: ends.rport,
      connects: countColumn('connects'),
    }),
    defaults: ({ lport }) => ['laddr', ...(lport ? ['lport'] : []), 'raddr', 'rport', 'connects'],
  },
  examples: [
    ['tcpconnect', 'every connect on this machine'],
    ['tcpconnect -x', 'only those that failed'],
    ['tcpconnect --min-ms 100', 'only those that took 100 ms or longer'],
    ['tcpconnect -d -P 80,443', 'to web servers, with the names that were looked up'],
    ['tcpconnect -c --raddr 10.0.0.0/8 --duration 1m', 'how often to whom within a minute, in one network'],
  ],
  blindSpots: [
    'A connect is shown when its answer has come: one that is still waited for at the end is not.',
    'A connect that fails before its SYN has left is not seen over MPTCP and with TCP Fast Open in sendmsg; nor, when observed through a tracepoint, in io_uring and 32-bit programs. What a security module forbids is only seen through the tracepoint.',
    '--dns sees replies that the process itself reads from port 53 with read, recvfrom or recvmsg: not those over TCP or TLS, nor names that another program (nscd, nss-resolve) looks up on its behalf.',
    'With TCP_FASTOPEN_CONNECT the time runs from the connect on, though the SYN leaves with the first data. MPTCP shows its subflows.',
  ],
});
