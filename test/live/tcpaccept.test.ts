import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cgroupId, cgroupOf } from './harness/facts.ts';
import { placeOf, type Socket } from './harness/net/calls.ts';
import { type Net, openNet } from './harness/net/hosts.ts';
import { type Peer, testPair, testPeer } from './harness/net/peer.ts';
import { observed } from './harness/observe.ts';

let net: Net;
beforeAll(() => {
  net = openNet();
});
afterAll(() => net.close());

const inside = () => ['--netns', net.far.netns];

describe.each(['ipv4', 'ipv6'] as const)('over %s', (family) => {
  it('both ends, and who accepted', async () => {
    const { client, server } = await testPair(net);
    const listener = await server.listen({ addr: net.far[family], port: 5000, backlog: 7 });
    let socket: Socket | undefined;
    const rows = await observed('tcpaccept', inside(), async () => {
      socket = await client.connect({ addr: net.far[family], port: 5000 });
      await server.accept(listener);
    });
    expect(rows).toEqual([
      {
        v: 1,
        type: 'accept',
        time: expect.any(String),
        elapsed: expect.any(Number),
        uid: 1002,
        user: '1002',
        pid: server.pid,
        tid: server.pid,
        comm: 'server',
        cgroup_id: cgroupId(cgroupOf(server.pid)),
        ip: family === 'ipv4' ? 4 : 6,
        raddr: net.near[family],
        rport: socket?.port,
        laddr: net.far[family],
        lport: 5000,
        netns: net.far.inode,
        queued: expect.any(Number),
        backlog: 0,
        max_backlog: 7,
      },
    ]);
  });

  it('a client that has given up by then is still told', { tags: 'anywhere' }, async () => {
    const { client, server } = await testPair(net);
    const listener = await server.listen({ addr: net.far[family] });
    let socket: Socket | undefined;
    const rows = await observed('tcpaccept', inside(), async () => {
      socket = await client.connect({ addr: net.far[family], port: listener.port });
      await client.reset(socket);
      await server.accept(listener);
    });
    const ends = { laddr: net.far[family], lport: listener.port, raddr: net.near[family], rport: socket?.port };
    expect(rows).toEqual([expect.objectContaining({ ...ends, pid: server.pid })]);
  });
});

describe('who accepts is told, not who listens:', () => {
  /** Connects once for each of those who accept, in turn. @returns the rows' processes */
  async function acceptors(peers: (server: Peer) => Promise<readonly Peer[]>) {
    const { client, server } = await testPair(net);
    const { port, fd, addr } = await server.listen({ addr: net.far.ipv4 });
    const all = await peers(server);
    const rows = await observed('tcpaccept', [...inside(), '-P', `${port}`], async () => {
      for (const peer of all) {
        await client.connect({ addr, port });
        await peer.accept({ fd, addr, port });
      }
    });
    expect(rows.map(({ pid, tid, comm }) => ({ pid, tid, comm }))).toEqual(
      all.map(({ pid, tid, comm }) => ({ pid, tid, comm })),
    );
  }

  it('another thread', () => acceptors(async (server) => [await server.thread('helper'), server]));
  it('a child', { tags: 'anywhere' }, () => acceptors(async (server) => [await server.fork('child'), server]));

  it('one of a socket that another process has made', async () => {
    const { client, server } = await testPair(net);
    const other = await testPeer(net.far, { comm: 'other' });
    const listener = await server.listen({ addr: net.far.ipv4 });
    const taken = await other.take(server.pid, listener);
    const rows = await observed('tcpaccept', inside(), async () => {
      await client.connect(placeOf(listener));
      await other.accept(taken);
    });
    expect(rows).toEqual([expect.objectContaining({ pid: other.pid, comm: 'other', lport: listener.port })]);
  });
});

it('with SO_REUSEPORT each process has its own connections', { tags: 'anywhere' }, async () => {
  const { client, server } = await testPair(net);
  const other = await testPeer(net.far, { comm: 'other', uid: server.uid });
  const at = { addr: net.far.ipv4, port: 5002, reuseport: true, nonblock: true };
  const [one, two] = [await server.listen(at), await other.listen(at)];
  const expected: { pid: number; rport: number }[] = [];
  const rows = await observed('tcpaccept', inside(), async () => {
    for (let i = 0; i < 20; i++) {
      const { port } = await client.connect({ addr: at.addr, port: at.port });
      // only one of the two has it
      const mine = await server.accept(one).catch(() => undefined);
      if (!mine) await other.accept(two);
      expected.push({ pid: mine ? server.pid : other.pid, rport: port });
    }
  });
  expect(rows.map(({ pid, rport }) => ({ pid, rport }))).toEqual(expected);
});

it('an IPv4 client of an IPv6 listener has an IPv4 address', { tags: 'anywhere' }, async () => {
  const { client, server } = await testPair(net);
  const listener = await server.listen({ addr: '::', v6only: false });
  const rows = await observed('tcpaccept', inside(), async () => {
    for (const addr of [net.far.ipv4, net.far.ipv6]) {
      await client.connect({ addr, port: listener.port });
      await server.accept(listener);
    }
  });
  expect(rows.map(({ ip, laddr, raddr }) => [ip, laddr, raddr])).toEqual([
    [4, net.far.ipv4, net.near.ipv4],
    [6, net.far.ipv6, net.near.ipv6],
  ]);
});

it('what the kernel has established and nobody has accepted is not shown', { tags: 'anywhere' }, async () => {
  const { client, server } = await testPair(net);
  const listener = await server.listen({ addr: net.far.ipv4 });
  const rows = await observed('tcpaccept', inside(), async () => {
    for (let i = 0; i < 3; i++) expect(await client.connect(placeOf(listener))).toMatchObject({ error: null });
    await server.closeSocket(listener);
  });
  expect(rows).toEqual([]);
});

it('an accept that fails accepts nothing', { tags: 'anywhere' }, async () => {
  const { client, server } = await testPair(net);
  const listener = await server.listen({ addr: net.far.ipv4, nonblock: true });
  const rows = await observed('tcpaccept', inside(), async () => {
    await expect(server.accept(listener)).rejects.toThrow(/EAGAIN|EWOULDBLOCK/);
    await client.connect(placeOf(listener));
    await server.accept(listener);
    await expect(server.accept(listener)).rejects.toThrow(/EAGAIN|EWOULDBLOCK/);
  });
  expect(rows).toHaveLength(1);
});
