// @module-tag anywhere
import { expect, it } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { amounts, flowsOf, testScene } from './harness/flows.ts';
import { placeOf } from './harness/net/calls.ts';
import { testPeer } from './harness/net/peer.ts';

const NOTHING = { tx_bytes: 0, rx_bytes: 0, tx_wire_bytes: 0, rx_wire_bytes: 0, tx_packets: 0, rx_packets: 0 };

/** A connection that is silent from now on, within the cgroup; one outside of it; and one that stays on the machine. */
async function silence() {
  const scene = await testScene();
  const { net, client, server } = scene;
  const [elsewhere] = testCgroup();
  const neighbour = await testPeer(net.near, { comm: 'neighbour', cgroup: elsewhere });
  const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
  const near = await client.connect({ addr: net.far.ipv4, port: 5000 });
  const far = await server.accept(listener);
  await client.send(near, 700);
  await server.recv(far, 700);
  await neighbour.connect({ addr: net.far.ipv4, port: 5000 });
  const home = await client.listen({ addr: '127.0.0.1' });
  await client.connect(placeOf(home));
  return { ...scene, near, far };
}

it('a silent connection that is older than the run is there with --idle, and its process, and no neighbour', async () => {
  const { cgroup, client, server } = await silence();
  const { flows, totals } = await flowsOf(cgroup, ['--tcp'], async () => undefined);
  expect(flows.map(({ comm, pid, state }) => [comm, pid, state]).sort()).toEqual([
    ['client', client.pid, 'ESTABLISHED'],
    ['server', server.pid, 'ESTABLISHED'],
  ]);
  for (const flow of flows) expect(amounts(flow)).toEqual(NOTHING);
  expect(flows).toHaveLength(2);
  expect(totals).toMatchObject({ ...NOTHING, flows: 2 });
});

it('-p and --loopback hold for those, too', async () => {
  const { cgroup, client, near } = await silence();
  const only = await flowsOf(cgroup, ['-p', `${client.pid}`], async () => undefined);
  expect(only.flows.map(({ lport }) => lport)).toEqual([near.port]);
  const all = await flowsOf(cgroup, ['-p', `${client.pid}`, '--loopback'], async () => undefined);
  // its other end has nobody accepted: no process holds it
  expect(all.flows.map(({ raddr }) => raddr).sort()).toEqual(
    ['10.77', '127.0'].map((net) => expect.stringContaining(net)),
  );
});

it('what it carries from then on is counted, and what it carried before is not', async () => {
  const { cgroup, client, server, near, far } = await silence();
  const { flows } = await flowsOf(cgroup, [], async (tool) => {
    await tool.stdout.until(/"type":"totals"/);
    await server.send(far, 30);
    await client.recv(near, 30);
  });
  expect(flows.find(({ lport }) => lport === near.port)).toMatchObject({ tx_bytes: 0, rx_bytes: 30, pid: client.pid });
  expect(flows.find(({ rport }) => rport === near.port)).toMatchObject({ tx_bytes: 30, rx_bytes: 0, pid: server.pid });
});
