import { type TestCgroup, testCgroup } from './cgroup.ts';
import { type Net, testNet } from './net/hosts.ts';
import { type Peer, testPeer } from './net/peer.ts';
import { observe, type Row, recordsOf } from './observe.ts';
import type { Tool } from './tool.ts';

/** A client and a server on both sides of a cable, in a cgroup of their own. */
export interface Scene {
  readonly net: Net;
  readonly cgroup: TestCgroup;
  readonly client: Peer;
  readonly server: Peer;
}

export async function testScene(): Promise<Scene> {
  const net = testNet();
  const [cgroup] = testCgroup();
  const client = await testPeer(net.near, { comm: 'client', cgroup });
  return { net, cgroup, client, server: await testPeer(net.far, { comm: 'server', cgroup }) };
}

/** What a run of flowtop has written. */
export interface Flows {
  /** The last record of each flow. */
  readonly flows: readonly Row[];
  /** The last totals. */
  readonly totals: Row;
  readonly summary: Row;
}

/** Runs flowtop on a cgroup while something happens there. */
export async function flowsOf(
  cgroup: TestCgroup,
  args: readonly string[],
  cause: (running: Tool) => Promise<unknown>,
): Promise<Flows> {
  const { stdout } = await observe('flowtop', ['--json', '--idle', '--cgroup', cgroup.path, ...args], cause);
  const records = recordsOf(stdout);
  const last = new Map<string, Row>();
  for (const row of records)
    if (row.type === 'flow') last.set(`${row.netns} ${row.protocol} ${row.local} ${row.remote}`, row);
  const totals = records.filter(({ type }) => type === 'totals');
  return { flows: [...last.values()], totals: totals[totals.length - 1], summary: records[records.length - 1] };
}

/** Of a record, what can be compared with what was sent. */
export const amounts = (row?: Row) => ({
  tx_bytes: row?.tx_bytes,
  rx_bytes: row?.rx_bytes,
  tx_wire_bytes: row?.tx_wire_bytes,
  rx_wire_bytes: row?.rx_wire_bytes,
  tx_packets: row?.tx_packets,
  rx_packets: row?.rx_packets,
});
