import type { Totals } from '../../gen/flowtop.ts';
import type { FlowRow } from '../columns/flow-row.ts';

/** What was carried. */
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

/** What is summed up: one pass for all of it. */
function sumsOf(rows: readonly FlowRow[]) {
  const sums = { ...NOTHING, ...ratesOf(NOTHING, NOTHING, 1), members: 0, rate: 0 };
  let srtt = 0;
  let retrans: number | null = null;
  let quiet = Infinity;
  for (const row of rows) {
    sums.members += row.members;
    sums.rate += row.rate;
    sums.tx_bytes += row.tx_bytes;
    sums.rx_bytes += row.rx_bytes;
    sums.tx_wire_bytes += row.tx_wire_bytes;
    sums.rx_wire_bytes += row.rx_wire_bytes;
    sums.tx_packets += row.tx_packets;
    sums.rx_packets += row.rx_packets;
    sums.tx_rate += row.tx_rate;
    sums.rx_rate += row.rx_rate;
    sums.tx_wire_rate += row.tx_wire_rate;
    sums.rx_wire_rate += row.rx_wire_rate;
    sums.tx_packet_rate += row.tx_packet_rate;
    sums.rx_packet_rate += row.rx_packet_rate;
    srtt = Math.max(srtt, row.srtt ?? 0);
    if (row.retrans !== null) retrans = (retrans ?? 0) + row.retrans;
    quiet = Math.min(quiet, row.quiet);
  }
  return { ...sums, srtt: srtt || null, retrans, quiet };
}

/** What all flows of the rows have in common, and what they carry together. */
export function foldFlows(rows: readonly FlowRow[], key: string): FlowRow {
  const [first] = rows;
  const common = <K extends keyof FlowRow>(field: K): FlowRow[K] | null => {
    const value = first?.[field] ?? null;
    return rows.every((row) => row[field] === value) ? value : null;
  };
  return {
    key,
    time: first?.time ?? 0,
    protocol: common('protocol'),
    laddr: common('laddr'),
    raddr: common('raddr'),
    lport: common('lport'),
    rport: common('rport'),
    port: common('port'),
    netns: common('netns'),
    pid: common('pid'),
    tid: common('tid'),
    uid: common('uid'),
    comm: common('comm'),
    cgroup_id: common('cgroup_id'),
    cgroup: common('cgroup'),
    container: common('container'),
    state: common('state'),
    ...sumsOf(rows),
  };
}

function ratesOf(now: Amounts, before: Amounts, interval: number) {
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

/** The row of what was counted in all, which knows no ends and no owner. */
export function totalsRow(now: Amounts, before: Amounts, flows: number, time: number, interval: number): FlowRow {
  const rates = ratesOf(now, before, interval);
  const members = flows;
  return { ...foldFlows([], 'totals'), time, quiet: 0, members, rate: rates.tx_wire_rate, ...now, ...rates };
}

/** Without how many flows there have been. */
export const amountsOf = (
  { flows: _, ...counted }: Totals,
  payload: Pick<Amounts, 'tx_bytes' | 'rx_bytes'>,
): Amounts => ({
  ...counted,
  ...payload,
});
