// @module-tag anywhere
import { expect, it } from 'vitest';
import { flowsOf, testScene } from './harness/flows.ts';
import { placeOf } from './harness/net/calls.ts';
import { testPeer } from './harness/net/peer.ts';

it('an accepted connection belongs to who listens, until a child of it uses it', async () => {
  const { net, cgroup, client, server } = await testScene();
  let child = 0;
  const { flows } = await flowsOf(cgroup, [], async (tool) => {
    const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
    const near = await client.connect({ addr: net.far.ipv4, port: 5000 });
    const far = await server.accept(listener);
    await tool.stdout.until(/"comm":"server"[^\n]*"lport":5000/);
    const worker = await server.fork('worker');
    child = worker.pid;
    await client.send(near, 10);
    await worker.recv(far, 10);
  });
  expect(flows.find(({ lport }) => lport === 5000)).toMatchObject({ pid: child, comm: 'worker', rx_bytes: 10 });
  expect(flows.find(({ rport }) => rport === 5000)).toMatchObject({ pid: client.pid, comm: 'client' });
});

it('a socket that was passed over a Unix socket belongs to who uses it', async () => {
  const { net, cgroup, client, server } = await testScene();
  // abstract names belong to a network namespace
  const taker = await testPeer(net.near, { comm: 'taker', cgroup });
  const { flows } = await flowsOf(cgroup, [], async () => {
    const listener = await server.listen({ addr: net.far.ipv6, port: 5000 });
    const near = await client.connect({ addr: net.far.ipv6, port: 5000 });
    await server.accept(listener);
    const door = `flowtop-${taker.pid}`;
    const waiting = await taker.await(door);
    await client.pass(near, door);
    const taken = await taker.receive(waiting);
    await client.closeSocket(near);
    await taker.send(taken, 10);
  });
  expect(flows.find(({ rport }) => rport === 5000)).toMatchObject({ pid: taker.pid, comm: 'taker', tx_bytes: 10 });
});

it.each([['bound only'], ['connected']])('UDP of a socket that is %s', async (how) => {
  const { net, cgroup, client, server } = await testScene();
  const { flows } = await flowsOf(cgroup, ['--udp'], async () => {
    const to = await server.bind({ addr: net.far.ipv4, port: 5000 });
    const from = await client.bind({ addr: net.near.ipv4, port: 6000 });
    if (how === 'connected') {
      await client.connect({ ...placeOf(to), socket: from.fd });
      await client.send(from, 30);
    } else {
      await client.sendTo(from, placeOf(to), 30);
    }
  });
  // the server has done nothing but to bind
  expect(flows.find(({ lport }) => lport === 5000)).toMatchObject({ pid: server.pid, comm: 'server', rx_bytes: 30 });
  expect(flows.find(({ lport }) => lport === 6000)).toMatchObject({ pid: client.pid, comm: 'client', tx_bytes: 30 });
});

it('one process, one group; and -p shows just that one, from its first packet on', async () => {
  const { net, cgroup, client, server } = await testScene();
  const both = async () => {
    const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
    const near = await client.connect({ addr: net.far.ipv4, port: 5000 });
    const far = await server.accept(listener);
    await client.send(near, 10);
    await server.recv(far, 10);
    await server.closeSocket(far);
    await client.closeSocket(near);
    await server.closeSocket(listener);
  };
  const only = await flowsOf(cgroup, ['-p', `${server.pid}`], both);
  expect(only.flows.map(({ pid, rx_bytes, rx_packets }) => [pid, rx_bytes, rx_packets])).toEqual([
    // SYN, its acknowledgement, the data, and the FIN or what acknowledges ours
    [server.pid, 10, expect.any(Number)],
  ]);
  expect(only.flows[0].rx_packets).toBeGreaterThanOrEqual(4);
});
