import type { Totals } from '../../gen/flowtop.ts';
import type { FlowRow } from '../columns/flow-row.ts';
import { type Amounts, ratesOf } from './row.ts';

/** What all flows of the rows have in common, and what they carry together. */
export function foldFlows(rows: readonly FlowRow[], key: string): FlowRow {
  const [first] = rows;
  const common = <K extends keyof FlowRow>(field: K): FlowRow[K] | null =>
    rows.every((row) => row[field] === first?.[field]) ? (first?.[field] ?? null) : null;
  const sum = (field: keyof Amounts | keyof ReturnType<typeof ratesOf> | 'members' | 'rate') =>
    rows.reduce((total, row) => total + row[field], 0);
  const largest = (field: 'srtt') => rows.reduce((most, row) => Math.max(most, row[field] ?? 0), 0) || null;
  return {
    key,
    time: first?.time ?? 0,
    quiet: rows.reduce((least, { quiet }) => Math.min(least, quiet), Infinity),
    members: sum('members'),
    rate: sum('rate'),
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
    tx_bytes: sum('tx_bytes'),
    rx_bytes: sum('rx_bytes'),
    tx_wire_bytes: sum('tx_wire_bytes'),
    rx_wire_bytes: sum('rx_wire_bytes'),
    tx_packets: sum('tx_packets'),
    rx_packets: sum('rx_packets'),
    tx_rate: sum('tx_rate'),
    rx_rate: sum('rx_rate'),
    tx_wire_rate: sum('tx_wire_rate'),
    rx_wire_rate: sum('rx_wire_rate'),
    tx_packet_rate: sum('tx_packet_rate'),
    rx_packet_rate: sum('rx_packet_rate'),
    srtt: largest('srtt'),
    retrans: rows.some(({ retrans }) => retrans !== null)
      ? rows.reduce((total, { retrans }) => total + (retrans ?? 0), 0)
      : null,
    state: common('state'),
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
