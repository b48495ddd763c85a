import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cgroupId, cgroupOf } from './harness/facts.ts';
import type { Socket } from './harness/net/calls.ts';
import { type Host, type Net, openNet, testNet } from './harness/net/hosts.ts';
import { type Peer, testPeer } from './harness/net/peer.ts';
import { linesOf, observe, observed } from './harness/observe.ts';
import { PATIENCE } from './harness/tool.ts';

let net: Net;
beforeAll(() => {
  net = openNet();
});
afterAll(() => net.close());

const inside = () => ['--netns', net.far.netns];

async function pair(): Promise<{ client: Peer; server: Peer }> {
  const client = await testPeer(net.near, { comm: 'client', uid: 1001 });
  return { client, server: await testPeer(net.far, { comm: 'server', uid: 1002 }) };
}

describe.each(['ipv4', 'ipv6'] as const)('over %s', (family) => {
  it('both ends, and who accepted', async () => {
    const { client, server } = await pair();
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

  it('a client that has given up by then is still told', async () => {
    const { client, server } = await pair();
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
    const { client, server } = await pair();
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
  it('a child', () => acceptors(async (server) => [await server.fork('child'), server]));

  it('one of a socket that another process has made', async () => {
    const { client, server } = await pair();
    const other = await testPeer(net.far, { comm: 'other' });
    const listener = await server.listen({ addr: net.far.ipv4 });
    const taken = await other.take(server.pid, listener);
    const rows = await observed('tcpaccept', inside(), async () => {
      await client.connect(listener);
      await other.accept(taken);
    });
    expect(rows).toEqual([expect.objectContaining({ pid: other.pid, comm: 'other', lport: listener.port })]);
  });
});

it('with SO_REUSEPORT each process has its own connections', async () => {
  const { client, server } = await pair();
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

it('an IPv4 client of an IPv6 listener has an IPv4 address', async () => {
  const { client, server } = await pair();
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

it('how long a connection waited, and how many still do', async () => {
  const { client, server } = await pair();
  const listener = await server.listen({ addr: net.far.ipv4, backlog: 9 });
  const least: number[] = [];
  const most: number[] = [];
  const rows = await observed('tcpaccept', inside(), async () => {
    const begun: number[] = [];
    const done: number[] = [];
    for (let i = 0; i < 3; i++) {
      begun.push(performance.now());
      const socket = await client.connect(listener);
      done.push(performance.now());
      await client.send(socket, 100); // later packets do not count
    }
    for (let i = 0; i < 3; i++) {
      least.push(performance.now() - done[i]);
      await server.accept(listener);
      most.push(performance.now() - begun[i]);
    }
  });
  expect(rows.map(({ backlog, max_backlog }) => [backlog, max_backlog])).toEqual([
    [2, 9],
    [1, 9],
    [0, 9],
  ]);
  for (const [i, { queued }] of rows.entries()) {
    expect(Number(queued) / 1e6).toBeGreaterThan(least[i] - 0.1);
    expect(Number(queued) / 1e6).toBeLessThan(most[i]);
  }
});

describe('only what was asked for:', () => {
  /** Two processes accept at ports 5000 and 5001 over IPv4, and at 5002 over IPv6. */
  async function ports(args: (far: Host, first: Peer) => readonly string[]): Promise<unknown[]> {
    const client = await testPeer(net.near);
    const first = await testPeer(net.far, { comm: 'first' });
    const second = await testPeer(net.far, { comm: 'second', uid: 1002 });
    const [a, b] = [5000, 5001].map((port) => ({ addr: net.far.ipv4, port }));
    const listeners = [await first.listen(a), await second.listen(b), await second.listen({ addr: '::', port: 5002 })];
    const rows = await observed('tcpaccept', [...inside(), ...args(net.far, first)], async () => {
      for (const at of [a, b, { addr: net.far.ipv6, port: 5002 }]) await client.connect(at);
      for (const [i, listener] of listeners.entries()) await (i === 0 ? first : second).accept(listener);
    });
    await first.close();
    await second.close();
    return rows.map(({ lport }) => lport);
  }

  it.each([
    ['all', [], [5000, 5001, 5002]],
    ['-P of one port', ['-P', '5001'], [5001]],
    ['--port of a list and a range', ['--port', '5000,5002-5009'], [5000, 5002]],
    ['-4', ['-4'], [5000, 5001]],
    ['-6', ['-6'], [5002]],
    ['--laddr of a network', ['--laddr', '10.77.0.0/16'], [5000, 5001]],
    ['--raddr of another one', ['--raddr', '10.78.0.0/16,::1'], []],
    ['--raddr of IPv6', ['--raddr', 'fd77::/16'], [5002]],
    ['-u', ['-u', '1002'], [5001, 5002]],
  ] as const)('%s', async (_, args, expected) => {
    expect(await ports(() => args)).toEqual(expected);
  });

  it('-p', async () => {
    expect(await ports((_, first) => ['-p', `${first.pid}`])).toEqual([5000]);
  });
});

it('--netns: a listener in another namespace is not shown', async () => {
  const { client, server } = await pair();
  const own = testNet();
  const neighbour = await testPeer(own.far);
  const stranger = await testPeer(own.near);
  const [here, there] = [await server.listen({ addr: net.far.ipv4 }), await neighbour.listen({ addr: own.far.ipv4 })];
  const rows = await observed('tcpaccept', inside(), async () => {
    await stranger.connect(there);
    await neighbour.accept(there);
    await client.connect(here);
    await server.accept(here);
    await stranger.connect(there);
    await neighbour.accept(there);
  });
  expect(rows.map(({ lport, netns }) => [lport, netns])).toEqual([[here.port, net.far.inode]]);
});

it('what the kernel has established and nobody has accepted is not shown', async () => {
  const { client, server } = await pair();
  const listener = await server.listen({ addr: net.far.ipv4 });
  const rows = await observed('tcpaccept', inside(), async () => {
    for (let i = 0; i < 3; i++) expect(await client.connect(listener)).toMatchObject({ error: null });
    await server.closeSocket(listener);
  });
  expect(rows).toEqual([]);
});

it('an accept that fails accepts nothing', async () => {
  const { client, server } = await pair();
  const listener = await server.listen({ addr: net.far.ipv4, nonblock: true });
  const rows = await observed('tcpaccept', inside(), async () => {
    await expect(server.accept(listener)).rejects.toThrow(/EAGAIN|EWOULDBLOCK/);
    await client.connect(listener);
    await server.accept(listener);
    await expect(server.accept(listener)).rejects.toThrow(/EAGAIN|EWOULDBLOCK/);
  });
  expect(rows).toHaveLength(1);
});

it('10,000 short connections, as fast as they come, are all shown', { timeout: PATIENCE }, async () => {
  const times = 10_000;
  const { client, server } = await pair();
  const listener = await server.listen({ addr: net.far.ipv4, backlog: 4096 });
  const rows = await observed('tcpaccept', [...inside(), '--require-complete'], async () => {
    await Promise.all([server.drain(listener, times), client.storm({ ...listener, times })]);
  });
  expect(rows).toHaveLength(times);
  expect(rows.filter(({ pid, lport }) => pid !== server.pid || lport !== listener.port)).toEqual([]);
});

describe('the table has the columns of bcc', () => {
  it.each([
    [[], 'PID     COMM         IP RADDR            RPORT LADDR            LPORT'],
    [['-T'], 'TIME     PID     COMM         IP RADDR            RPORT LADDR            LPORT'],
    [['-t'], 'TIME(s)  PID     COMM         IP RADDR            RPORT LADDR            LPORT'],
  ])('%j', async (options, expected) => {
    const { client, server } = await pair();
    const listener = await server.listen({ addr: net.far.ipv4, port: 5003 });
    const { stdout } = await observe('tcpaccept', [...inside(), ...options], async () => {
      await client.connect({ addr: net.far.ipv4, port: 5003, from_port: 6003 });
      await server.accept(listener);
    });
    const [head, row, ...more] = linesOf(stdout);
    expect(more).toEqual([]);
    expect(head).toBe(expected);
    expect(head.length).toBeLessThanOrEqual(80);
    const [near, far] = [net.near.ipv4.padEnd(16), net.far.ipv4.padEnd(16)];
    expect(row.slice(head.indexOf('PID'))).toBe(
      `${`${server.pid}`.padEnd(7)} server       4  ${near} 6003  ${far} 5003`,
    );
    await server.close();
  });
});
