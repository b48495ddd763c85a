import { expect, it } from 'vitest';
import type { Socket } from './harness/net/calls.ts';
import { testNet } from './harness/net/hosts.ts';
import { type Peer, testPeer } from './harness/net/peer.ts';
import { bothSides, within } from './harness/net/sessions.ts';
import { observed, type Row } from './harness/observe.ts';

/** Who the server's side of a session belongs to, by what is done with it after it was accepted. */
async function serverOf(use: (server: Peer, listener: Socket) => Promise<unknown>): Promise<Row> {
  const net = testNet();
  const [client, server] = [await testPeer(net.near), await testPeer(net.far, { comm: 'server' })];
  const rows = await observed('tcplife', within(net.far), async (tool) => {
    const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
    const socket = await client.connect({ addr: net.far.ipv4, port: 5000 });
    await client.closeSocket(socket);
    await use(server, listener);
    await tool.stdout.until('"session"');
  });
  expect(rows).toHaveLength(1);
  return rows[0];
}

it('both sides of a connection within one machine have their own process', async () => {
  const net = testNet();
  const [client, server] = [await testPeer(net.near, { comm: 'one' }), await testPeer(net.near, { comm: 'other' })];
  const rows = await observed('tcplife', within(net.near), async (tool) => {
    const listener = await server.listen({ addr: '127.0.0.1', port: 5000 });
    const near = await client.connect({ addr: '127.0.0.1', port: 5000 });
    const far = await server.accept(listener);
    await client.closeSocket(near);
    await server.closeSocket(far);
    await bothSides(tool);
  });
  const owners = Object.fromEntries(rows.map(({ role, pid, comm }) => [role, [pid, comm]]));
  expect(owners).toEqual({ connect: [client.pid, 'one'], accept: [server.pid, 'other'] });
});

it('a socket that another thread has accepted belongs to the process, and is told with the thread', {
  tags: 'anywhere',
}, async () => {
  let thread = 0;
  const row = await serverOf(async (server, listener) => {
    const acceptor = await server.thread('acceptor');
    thread = acceptor.tid;
    await acceptor.closeSocket(await acceptor.accept(listener));
    expect(acceptor.pid).toBe(server.pid);
  });
  expect(row).toMatchObject({ comm: 'acceptor', tid: thread });
  expect(row.pid).not.toBe(thread);
});

it('a socket that a child has to itself belongs to the child', async () => {
  let child = 0;
  const row = await serverOf(async (server, listener) => {
    const accepted = await server.accept(listener);
    const worker = await server.fork('worker');
    child = worker.pid;
    await server.closeSocket(accepted);
    await worker.recv(accepted);
    await worker.closeSocket(accepted);
  });
  expect(row).toMatchObject({ pid: child, comm: 'worker', reason: 'FIN' });
});

it('a socket that another process was given belongs to that process', async () => {
  let other = 0;
  const row = await serverOf(async (server, listener) => {
    const accepted = await server.accept(listener);
    const taker = await testPeer(undefined, { comm: 'taker' });
    other = taker.pid;
    const taken = await taker.take(server.pid, accepted);
    await server.closeSocket(accepted);
    await taker.closeSocket(taken);
  });
  expect(row).toMatchObject({ pid: other, comm: 'taker', reason: 'FIN' });
});

it('a socket that nobody has accepted belongs to nobody', { tags: 'anywhere' }, async () => {
  const row = await serverOf((server, listener) => server.closeSocket(listener));
  expect(row).toMatchObject({ pid: null, comm: null, uid: null, reason: 'RST_SENT', state: 'CLOSE_WAIT' });
});
