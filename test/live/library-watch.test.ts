// @module-tag anywhere
import { expect, it } from 'vitest';
import { resolveCgroup } from '../../src/host/cgroups.ts';
import { UsageError, watch } from '../../src/index.ts';
import { testScene } from './harness/flows.ts';
import { leavesNothing } from './harness/library.ts';
import { placeOf } from './harness/net/calls.ts';
import { testPeer } from './harness/net/peer.ts';

it('hands over rows and totals, once per interval, and leaves nothing', async () => {
  const { net, cgroup, client, server } = await testScene();
  const to = await server.bind({ addr: net.far.ipv4, port: 5000 });
  const from = await client.bind({ addr: net.near.ipv4, port: 6000 });
  await leavesNothing(async () => {
    const end = new AbortController();
    const options = { cgroup: resolveCgroup(cgroup.path), interval: 100, signal: end.signal };
    const intervals = watch('flowtop', options);
    const first = await intervals.next();
    expect(first.value).toMatchObject({ rows: [], evicted: 0 });
    await client.sendTo(from, placeOf(to), 1000, 3);
    let row: { readonly tx_bytes: number; readonly pid: number | null } | undefined;
    let totals = 0;
    for await (const { rows, totals: all } of intervals) {
      row ??= rows.find(({ lport }) => lport === 6000);
      totals = all.tx_wire_bytes;
      if (row) end.abort();
    }
    expect(row).toMatchObject({ pid: client.pid, comm: 'client', protocol: 'udp', tx_bytes: 3000, tx_packets: 3 });
    expect(totals).toBe(3 * 1028);
  });
});

it('by process, so many times', async () => {
  const { cgroup } = await testScene();
  let intervals = 0;
  const options = { cgroup: resolveCgroup(cgroup.path), interval: 100, by: 'process', count: 2 };
  for await (const { interval } of watch('flowtop', options)) {
    intervals++;
    expect(interval).toBeGreaterThanOrEqual(50e6);
  }
  expect(intervals).toBe(2);
});

it('an option that is wrong is an error before anything is attached', async () => {
  await expect(watch('flowtop', { by: 'colour' }).next()).rejects.toThrow(UsageError);
});

it('traces a command from its first instruction to its end, and no neighbour', async () => {
  const { cgroup } = await testScene();
  const neighbour = await testPeer(undefined, { comm: 'neighbour', cgroup });
  const to = await neighbour.bind({ addr: '127.0.0.1' });
  const script = `echo $$ > ${cgroup.directory}/cgroup.procs; printf hello > /dev/udp/${to.addr}/${to.port}; exit 3`;
  const options = { cgroup: resolveCgroup(cgroup.path), loopback: true, command: ['bash', '-c', script] };
  await leavesNothing(async () => {
    const watching = watch('flowtop', options);
    const seen: unknown[] = [];
    for await (const { rows } of watching)
      for (const { comm, protocol, rport, tx_bytes } of rows) seen.push([comm, protocol, rport, tx_bytes]);
    expect(seen).toEqual([['bash', 'udp', to.port, 5]]);
    expect(await watching.command).toEqual({ code: 3, signal: null });
  });
});

it('a command that there is not is an error of both, and nothing is attached', async () => {
  const { cgroup } = await testScene();
  await leavesNothing(async () => {
    const watching = watch('flowtop', { cgroup: resolveCgroup(cgroup.path), command: ['/no/such/command'] });
    await expect(watching.next()).rejects.toThrow('/no/such/command');
    await expect(watching.command).rejects.toThrow('/no/such/command');
  });
});
