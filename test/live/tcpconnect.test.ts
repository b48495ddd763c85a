import { describe, expect, it } from 'vitest';
import { CLOSED_PORT, cut, mend, NO_ROUTE, prohibited, unreachable } from './harness/net/faults.ts';
import { type Host, type Net, testNet } from './harness/net/hosts.ts';
import { type Peer, testPeer } from './harness/net/peer.ts';
import { linesOf, observe, observed, type Row } from './harness/observe.ts';

const families = ['ipv4', 'ipv6'] as const;
type Family = (typeof families)[number];

/** What the tool says of the connects of one namespace. */
const seen = (host: Host, cause: () => Promise<unknown>, ...args: readonly string[]) =>
  observed('tcpconnect', ['--netns', host.netns, ...args], cause);

async function pair(net: Net): Promise<{ client: Peer; server: Peer }> {
  const client = await testPeer(net.near, { comm: 'client', uid: 1001 });
  return { client, server: await testPeer(net.far, { comm: 'server' }) };
}

/** What the row of a connect to that address has. */
const to = (client: Peer, net: Net, raddr: string, rport: number) => ({
  v: 1,
  type: 'connect',
  pid: client.pid,
  tid: client.tid,
  comm: 'client',
  uid: 1001,
  ip: raddr.includes(':') ? 6 : 4,
  raddr,
  rport,
  netns: net.near.inode,
  query: null,
});

const ms = (row: Row) => Number(row.latency) / 1e6;

describe.each(families)('a connect over %s', (family: Family) => {
  const tags = family === 'ipv4' ? [] : ['anywhere'];
  it('that is established, to a listener in another namespace', async () => {
    const net = testNet();
    const { client, server } = await pair(net);
    const { port } = await server.listen({ addr: net.far[family] });
    let lport = 0;
    const rows = await seen(net.near, async () => {
      lport = (await client.connect({ addr: net.far[family], port })).port;
    });
    const result = { laddr: net.near[family], lport, result: 'established', error: null };
    expect(rows).toEqual([expect.objectContaining({ ...to(client, net, net.far[family], port), ...result })]);
    expect(ms(rows[0])).toBeGreaterThan(0);
  });

  it('that is refused', { tags }, async () => {
    const net = testNet();
    const { client } = await pair(net);
    const from = { from: net.near[family], from_port: 4077 };
    const rows = await seen(net.near, () => client.connect({ addr: net.far[family], port: CLOSED_PORT, ...from }));
    const result = { laddr: net.near[family], lport: 4077, result: 'refused', error: 'ECONNREFUSED' };
    expect(rows).toEqual([expect.objectContaining({ ...to(client, net, net.far[family], CLOSED_PORT), ...result })]);
    expect(ms(rows[0])).toBeGreaterThan(0);
  });

  it('that times out', { tags: 'anywhere' }, async () => {
    const net = testNet();
    const { client } = await pair(net);
    cut(net, 'near');
    const rows = await seen(net.near, () => client.connect({ addr: net.far[family], port: 80, user_timeout: 1 }));
    const result = { result: 'timed out', error: 'ETIMEDOUT' };
    expect(rows).toEqual([expect.objectContaining({ ...to(client, net, net.far[family], 80), ...result })]);
    // the first SYN is sent again after a second
    expect(ms(rows[0])).toBeGreaterThan(900);
  });

  it('to where a router knows no way', { tags: 'anywhere' }, async () => {
    const net = testNet();
    const { client } = await pair(net);
    const addr = unreachable(net)[family];
    const rows = await seen(net.near, () => client.connect({ addr, port: 80 }));
    const result = { result: 'unreachable', error: family === 'ipv4' ? 'EHOSTUNREACH' : 'ENETUNREACH' };
    expect(rows).toEqual([expect.objectContaining({ ...to(client, net, addr, 80), ...result })]);
    expect(rows[0].latency).not.toBeNull();
  });

  it('that fails before a SYN has left: no route, and a route that forbids it', { tags: 'anywhere' }, async () => {
    const net = testNet();
    const { client } = await pair(net);
    const addr = prohibited(net.near)[family];
    const rows = await seen(net.near, async () => {
      await client.connect({ addr: NO_ROUTE[family], port: 80 });
      await client.connect({ addr, port: 81, nonblock: true });
    });
    const unsent = (raddr: string, port: number) => ({ ...to(client, net, raddr, port), latency: null });
    expect(rows).toEqual([
      expect.objectContaining({ ...unsent(NO_ROUTE[family], 80), result: 'unreachable', error: 'ENETUNREACH' }),
      expect.objectContaining({ ...unsent(addr, 81), result: 'denied', error: 'EACCES' }),
    ]);
  });

  it('that fails for want of a port, when everything but the SYN is done', { tags: 'anywhere' }, async () => {
    const net = testNet();
    const { client, server } = await pair(net);
    const { port } = await server.listen({ addr: net.far[family] });
    net.near.sysctl('net.ipv4.ip_local_port_range', '40000 40000');
    const connect = () => client.connect({ addr: net.far[family], port });
    const rows = await seen(net.near, async () => {
      expect((await connect()).error).toBeNull();
      expect((await connect()).error).toBe('EADDRNOTAVAIL');
    });
    expect(rows.map(({ result, error }) => [result, error])).toEqual([
      ['established', null],
      ['failed', 'EADDRNOTAVAIL'],
    ]);
    expect(rows[1]).toMatchObject({ ...to(client, net, net.far[family], port), latency: null });
  });

  it('that the process gives up', { tags: 'anywhere' }, async () => {
    const net = testNet();
    const { client } = await pair(net);
    cut(net, 'near');
    const rows = await seen(net.near, async () => {
      const socket = await client.connect({ addr: net.far[family], port: 80, nonblock: true });
      expect(socket.error).toBe('EINPROGRESS');
      await client.closeSocket(socket);
    });
    const result = { result: 'canceled', error: null, latency: expect.any(Number) };
    expect(rows).toEqual([expect.objectContaining({ ...to(client, net, net.far[family], 80), ...result })]);
  });
});

it('a connect that does not wait is told of once, when the answer has come', async () => {
  const net = testNet();
  const { client, server } = await pair(net);
  const { port } = await server.listen({ addr: net.far.ipv4 });
  const rows = await seen(net.near, async () => {
    const one = await client.connect({ addr: net.far.ipv4, port, nonblock: true });
    expect((await client.connected(one)).error).toBeNull();
    const other = await client.connect({ addr: net.far.ipv4, port: CLOSED_PORT, nonblock: true });
    expect((await client.connected(other)).error).toBe('ECONNREFUSED');
  });
  expect(rows.map(({ result, pid }) => [result, pid])).toEqual([
    ['established', client.pid],
    ['refused', client.pid],
  ]);
});

it('a connect that is asked for again counts once', { tags: 'anywhere' }, async () => {
  const net = testNet();
  const { client, server } = await pair(net);
  const { port } = await server.listen({ addr: net.far.ipv4 });
  const rows = await seen(net.near, async () => {
    cut(net, 'near');
    const late = { addr: net.far.ipv4, port };
    const { fd } = await client.connect({ ...late, nonblock: true });
    expect((await client.connect({ ...late, socket: fd })).error).toBe('EALREADY');
    mend(net, 'near');
    await client.connected({ ...late, fd });
    expect((await client.connect({ ...late, socket: fd })).error).toBeNull();
    expect((await client.connect({ ...late, socket: fd })).error).toBe('EISCONN');
  });
  expect(rows.map(({ result }) => result)).toEqual(['established']);
});

it('a socket that has failed and tries again counts twice', { tags: 'anywhere' }, async () => {
  const net = testNet();
  const { client } = await pair(net);
  const rows = await seen(net.near, async () => {
    const closed = { addr: net.far.ipv4, port: CLOSED_PORT };
    const { fd } = await client.connect({ ...closed, nonblock: true });
    expect((await client.connected({ ...closed, fd })).error).toBe('ECONNREFUSED');
    // the kernel tells of the first one once more
    expect((await client.connect({ ...closed, socket: fd })).error).toBe('ECONNABORTED');
    expect((await client.connect({ ...closed, socket: fd })).error).toBe('EINPROGRESS');
    expect((await client.connected({ ...closed, fd })).error).toBe('ECONNREFUSED');
  });
  expect(rows.map(({ error }) => error)).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
});

it('a socket that connects to itself', { tags: 'anywhere' }, async () => {
  const net = testNet();
  const { client } = await pair(net);
  const own = { from: '127.0.0.1', from_port: 4077, addr: '127.0.0.1', port: 4077 };
  const rows = await seen(net.near, () => client.connect(own));
  expect(rows).toEqual([expect.objectContaining({ lport: 4077, rport: 4077, result: 'established' })]);
});

it('of a process and its thread, each is told of its own', { tags: 'anywhere' }, async () => {
  const net = testNet();
  const { client, server } = await pair(net);
  const { port } = await server.listen({ addr: net.far.ipv4 });
  const thread = await client.thread('helper');
  const rows = await seen(net.near, async () => {
    await thread.connect({ addr: net.far.ipv4, port });
    await client.connect({ addr: net.far.ipv4, port });
  });
  expect(rows.map(({ pid, tid, comm }) => [pid, tid, comm])).toEqual([
    [client.pid, thread.tid, 'helper'],
    [client.pid, client.pid, 'client'],
  ]);
});

it('10,000 short connects, none lost', { tags: 'anywhere' }, async () => {
  const net = testNet();
  const client = await testPeer(net.near);
  const addr = net.near.ipv4;
  const { port, fd } = await client.listen({ addr });
  const rows = await seen(net.near, () => client.storm({ addr, port, accept_from: fd, times: 10_000 }));
  expect(rows).toHaveLength(10_000);
  expect(rows.every(({ result, pid, rport }) => result === 'established' && pid === client.pid && rport === port)).toBe(
    true,
  );
});

describe('the table', () => {
  it('has the columns of bcc, then the result and the time', { tags: 'anywhere' }, async () => {
    const net = testNet();
    const { client, server } = await pair(net);
    const { port } = await server.listen({ addr: net.far.ipv4 });
    let lport = 0;
    const args = ['--netns', net.near.netns, '-L'];
    const { stdout } = await observe('tcpconnect', args, async () => {
      lport = (await client.connect({ addr: net.far.ipv4, port })).port;
      await client.connect({ addr: NO_ROUTE.ipv4, port: 65535 });
    });
    const [head, established, unreachable] = linesOf(stdout).map((line) => line.split(/ +/));
    expect(head).toEqual(['PID', 'COMM', 'IP', 'SADDR', 'LPORT', 'DADDR', 'DPORT', 'RESULT', 'LAT(ms)']);
    const ends = [net.near.ipv4, `${lport}`, net.far.ipv4, `${port}`];
    expect(established).toEqual([
      `${client.pid}`,
      'client',
      '4',
      ...ends,
      'established',
      expect.stringMatching(/^\d+\.\d\d$/),
    ]);
    expect(unreachable.slice(3)).toEqual(['0.0.0.0', '0', NO_ROUTE.ipv4, '65535', 'unreachable', '-']);
  });

  it('is 80 columns wide', { tags: 'anywhere' }, async () => {
    const net = testNet();
    const { client, server } = await pair(net);
    const { port } = await server.listen({ addr: net.far.ipv4 });
    const { stdout } = await observe('tcpconnect', ['--netns', net.near.netns], () =>
      client.connect({ addr: net.far.ipv4, port }),
    );
    for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(80);
    expect(linesOf(stdout)).toHaveLength(2);
  });

  it('-t, -U and -d add their columns', { tags: 'anywhere' }, async () => {
    const { stdout } = await observe('tcpconnect', ['-t', '-U', '-d', '-P', '1'], async () => undefined);
    expect(linesOf(stdout)[0]).toMatch(/^TIME\(s\) +UID +PID .* RESULT +LAT\(ms\) QUERY$/);
  });
});

it('a connect to what a mend has brought back takes as long as the SYN is lost; --min-ms shows just that', {
  tags: 'anywhere',
}, async () => {
  const net = testNet();
  const { client, server } = await pair(net);
  const { port } = await server.listen({ addr: net.far.ipv4 });
  const rows = await seen(
    net.near,
    async () => {
      await client.connect({ addr: net.far.ipv4, port });
      cut(net, 'near');
      const late = await client.connect({ addr: net.far.ipv4, port, nonblock: true });
      mend(net, 'near');
      expect((await client.connected(late)).error).toBeNull();
      await client.connect({ addr: net.far.ipv4, port });
      await client.connect({ addr: NO_ROUTE.ipv4, port });
    },
    '--min-ms',
    '500.5',
  );
  expect(rows.map(({ result }) => result)).toEqual(['established']);
  expect(ms(rows[0])).toBeGreaterThan(500);
});
