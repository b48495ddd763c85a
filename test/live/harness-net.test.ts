// @module-tag anywhere
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut, mend } from './harness/net/faults.ts';
import { type Net, openNet } from './harness/net/hosts.ts';
import { openPeer, type Peer, testPeer } from './harness/net/peer.ts';

let net: Net;
let client: Peer;
let server: Peer;
beforeAll(async () => {
  net = openNet();
  client = await openPeer(net.near, { comm: 'client' });
  server = await openPeer(net.far, { comm: 'server' });
});
afterAll(async () => {
  await client.close();
  await server.close();
  net.close();
});

const families = ['ipv4', 'ipv6'] as const;

/** A connection between the two. */
async function connection(family: (typeof families)[number]) {
  const addr = net.far[family];
  const listener = await server.listen({ addr });
  const connected = await client.connect({ addr, port: listener.port });
  const accepted = await server.accept(listener);
  return { listener, connected, accepted };
}

describe.each(families)('%s', (family) => {
  it('bytes arrive in both directions, and the end', async () => {
    const { listener, connected, accepted } = await connection(family);
    expect(listener).toMatchObject({ addr: net.far[family], port: expect.any(Number) });
    expect(connected).toMatchObject({ error: null, addr: net.near[family] });
    expect(accepted).toMatchObject({
      addr: net.far[family],
      port: listener.port,
      remote: { addr: net.near[family], port: connected.port },
    });
    const [received] = await Promise.all([server.recv(accepted, 1_000_000), client.send(connected, 1_000_000)]);
    expect(received).toEqual({ bytes: 1_000_000, error: null });
    await server.send(accepted, 3);
    await server.shutdown(accepted, 'wr');
    expect(await client.recv(connected)).toEqual({ bytes: 3, error: null });
    expect(await client.info(connected)).toMatchObject({ bytes_acked: 1_000_001, bytes_received: 4, state: 8 });
  });

  it('what has vanished is sent again', async () => {
    const { connected, accepted } = await connection(family);
    cut(net, 'near');
    await client.send(connected, 5);
    mend(net, 'near');
    expect(await server.recv(accepted, 5)).toEqual({ bytes: 5, error: null });
    expect((await client.info(connected)).total_retrans).toBeGreaterThanOrEqual(1);
  });

  it('resets: asked for, and by unread data', async () => {
    const one = await connection(family);
    await client.reset(one.connected);
    expect(await server.recv(one.accepted)).toEqual({ bytes: 0, error: 'ECONNRESET' });
    const two = await connection(family);
    await client.send(two.connected, 1);
    await server.readable(two.accepted);
    await server.closeSocket(two.accepted);
    expect(await client.recv(two.connected)).toEqual({ bytes: 0, error: 'ECONNRESET' });
  });

  it('a storm has its number', async () => {
    const listener = await client.listen({ addr: net.near[family] });
    const before = opens();
    await client.storm({ addr: net.near[family], port: listener.port, accept_from: listener.fd, times: 1000 });
    expect(opens() - before).toBe(1000);
    const { port, fd } = await server.listen({ addr: net.far[family] });
    await Promise.all([
      client.storm({ addr: net.far[family], port, times: 500 }),
      server.drain({ fd, addr: '', port }, 500),
    ]);
    expect(opens() - before).toBe(1500);
  });
});

/** Connects so far on the near side: ActiveOpens of /proc/net/snmp. */
function opens(): number {
  const [names = '', values = ''] = readFileSync(`/proc/${client.pid}/net/snmp`, 'utf8').match(/^Tcp: .*$/gm) ?? [];
  return Number(values.split(' ')[names.split(' ').indexOf('ActiveOpens')]);
}

describe('who', () => {
  it('a process has the name, user and namespace that were asked for', async () => {
    const peer = await testPeer(net.near, { comm: 'somebody', uid: 4242 });
    const status = readFileSync(`/proc/${peer.pid}/status`, 'utf8');
    expect(status).toMatch(/^Name:\tsomebody$/m);
    expect(status).toMatch(/^Uid:\t4242\t4242\t4242\t4242$/m);
    expect(readlinkSync(`/proc/${peer.pid}/ns/net`)).toBe(`net:[${net.near.inode}]`);
  });

  it('a thread shares the sockets, a child has copies, another process can take one', async () => {
    const addr = '127.0.0.1';
    const peer = await testPeer(net.near);
    const listener = await peer.listen({ addr });
    const thread = await peer.thread('helper');
    expect(readFileSync(`/proc/${peer.pid}/task/${thread.tid}/comm`, 'utf8')).toBe('helper\n');
    const child = await peer.fork('child');
    expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(new RegExp(`^PPid:\t${peer.pid}$`, 'm'));
    const other = await testPeer(net.near);
    const [one, two] = [
      await other.connect({ addr, port: listener.port }),
      await other.connect({ addr, port: listener.port }),
    ];
    const byThread = await thread.accept(listener);
    const byChild = await child.accept(listener);
    expect([byThread.remote.port, byChild.remote.port]).toEqual([one.port, two.port]);
    await child.send(byChild, 7);
    await peer.send(byThread, 8);
    expect(await other.recv(one, 8)).toEqual({ bytes: 8, error: null });
    const taken = await peer.take(other.pid, two);
    expect(await peer.recv(taken, 7)).toEqual({ bytes: 7, error: null });
    await thread.close();
    await child.close();
    expect(existsSync(`/proc/${child.pid}`)).toBe(false);
  });
});

it('nothing is left behind', async () => {
  const own = openNet();
  const peer = await openPeer(own.far);
  await peer.fork();
  const children = readFileSync(`/proc/${peer.pid}/task/${peer.pid}/children`, 'utf8').trim();
  await peer.close();
  own.close();
  expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).not.toContain(own.far.netns);
  expect([peer.pid, children].filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
});
