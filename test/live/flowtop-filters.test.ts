// @module-tag anywhere
import { expect, it } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { flowsOf, type Scene, testScene } from './harness/flows.ts';
import { placeOf } from './harness/net/calls.ts';
import { testPeer } from './harness/net/peer.ts';

/** One of each: TCP and UDP, over IPv4 and IPv6, to port 5001 to 5004; and UDP that stays on this machine. */
async function mixture({ net, client, server }: Scene) {
  for (const [addr, port] of [
    [net.far.ipv4, 5001],
    [net.far.ipv6, 5002],
  ] as const) {
    const listener = await server.listen({ addr, port });
    await client.connect({ addr, port });
    await server.accept(listener);
  }
  for (const [addr, port, from] of [
    [net.far.ipv4, 5003, net.near.ipv4],
    [net.far.ipv6, 5004, net.near.ipv6],
  ] as const) {
    const to = await server.bind({ addr, port });
    await client.sendTo(await client.bind({ addr: from }), placeOf(to), 5);
  }
  const home = await client.bind({ addr: '127.0.0.1', port: 5005 });
  await client.sendTo(await client.bind({ addr: '127.0.0.1' }), placeOf(home), 5);
}

it.each<[(scene: Scene) => string[], number[]]>([
  [() => [], [5001, 5002, 5003, 5004]],
  [() => ['--tcp'], [5001, 5002]],
  [() => ['--udp'], [5003, 5004]],
  [() => ['-4'], [5001, 5003]],
  [() => ['-6'], [5002, 5004]],
  [() => ['-P', '5002,5004-5100'], [5002, 5004]],
  [({ net }) => ['--net', `${net.far.ipv4}/32`], [5001, 5003]],
  [({ net }) => ['--net', `${net.near.ipv6}/128,192.0.2.0/24`], [5002, 5004]],
  [({ net }) => ['--netns', net.near.netns], [5001, 5002, 5003, 5004]],
  [() => ['--loopback'], [5001, 5002, 5003, 5004, 5005]],
  [() => ['--filter', 'protocol == "udp" && port == 5003'], [5003]],
])('%# shows what was asked for, and no neighbours', async (args, expected) => {
  const scene = await testScene();
  const { flows, totals } = await flowsOf(scene.cgroup, args(scene), () => mixture(scene));
  expect([...new Set(flows.map(({ port }) => port))].sort()).toEqual(expected);
  const sums = { tx_packets: 0, rx_packets: 0, tx_wire_bytes: 0, rx_wire_bytes: 0 };
  for (const flow of flows)
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += Number(flow[key]);
  expect(totals).toMatchObject(sums);
});

it('what sockets of another cgroup do is not shown', async () => {
  const scene = await testScene();
  const [other] = testCgroup();
  const stranger = await testPeer(scene.net.near, { comm: 'stranger', cgroup: other });
  const { flows } = await flowsOf(scene.cgroup, [], async () => {
    const to = await scene.server.bind({ addr: scene.net.far.ipv4, port: 5000 });
    await stranger.sendTo(await stranger.bind({ addr: scene.net.near.ipv4, port: 6000 }), placeOf(to), 5);
  });
  // the other side is in the cgroup
  expect(flows.map(({ comm, lport }) => [comm, lport])).toEqual([['server', 5000]]);
});

it('flows that find no room are counted and said, and the totals have them', async () => {
  const scene = await testScene();
  const { net, client, server } = scene;
  const { totals, summary, flows } = await flowsOf(scene.cgroup, ['--max-flows', '64'], async () => {
    const to = await server.bind({ addr: net.far.ipv4, port: 5000 });
    for (let i = 0; i < 300; i++) {
      const from = await client.bind({ addr: net.near.ipv4 });
      await client.sendTo(from, placeOf(to), 5);
      await client.closeSocket(from);
    }
  });
  expect(totals).toMatchObject({ tx_packets: 300, rx_packets: 300, tx_wire_bytes: 300 * 33 });
  expect(totals.evicted).toBeGreaterThanOrEqual(600 - 64);
  expect(totals.evicted).toBeLessThan(600);
  expect(summary.lost).toBe(totals.evicted);
  expect(flows.length).toBeGreaterThan(0);
});
