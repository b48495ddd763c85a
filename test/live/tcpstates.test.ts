import { describe, expect, it } from 'vitest';
import { CLOSED_PORT } from './harness/net/faults.ts';
import { type Net, testNet } from './harness/net/hosts.ts';
import { type Peer, testPeer } from './harness/net/peer.ts';
import { observed, type Row } from './harness/observe.ts';
import type { Tool } from './harness/tool.ts';

/** What a test compares of a row. */
const changes = (rows: readonly Row[]) => rows.map(({ oldstate, newstate, pid }) => [oldstate, newstate, pid]);

/** The last change of a socket. */
const closed = (tool: Tool, state: string) => tool.stdout.until(new RegExp(`"oldstate":"${state}","newstate":"CLOSE"`));

async function pair(net: Net): Promise<{ client: Peer; server: Peer }> {
  const client = await testPeer(net.near, { comm: 'client', uid: 1001 });
  return { client, server: await testPeer(net.far, { comm: 'server' }) };
}

describe.each(['ipv4', 'ipv6'] as const)('a connection over %s', (family) => {
  const tags = family === 'ipv4' ? [] : ['anywhere'];
  it('of who closes first: each state, with both ends and the process', { tags }, async () => {
    const net = testNet();
    const { client, server } = await pair(net);
    const listener = await server.listen({ addr: net.far[family], port: 5000 });
    let lport = 0;
    const rows = await observed('tcpstates', ['--netns', net.near.netns], async (tool) => {
      const socket = await client.connect({ addr: net.far[family], port: 5000 });
      lport = socket.port;
      const accepted = await server.accept(listener);
      await client.closeSocket(socket);
      await server.closeSocket(accepted);
      await closed(tool, 'FIN_WAIT2');
    });
    expect(changes(rows)).toEqual([
      ['CLOSE', 'SYN_SENT', client.pid],
      ['SYN_SENT', 'ESTABLISHED', client.pid],
      ['ESTABLISHED', 'FIN_WAIT1', client.pid],
      ['FIN_WAIT1', 'FIN_WAIT2', client.pid],
      ['FIN_WAIT2', 'CLOSE', client.pid],
    ]);
    const who = { comm: 'client', uid: 1001, user: '1001', tid: client.pid, netns: net.near.inode };
    const ends = { laddr: net.near[family], lport, raddr: net.far[family], rport: 5000, ip: family === 'ipv4' ? 4 : 6 };
    for (const row of rows.slice(1)) expect(row).toMatchObject({ type: 'change', ...who, ...ends });
    expect(new Set(rows.map(({ skaddr }) => skaddr)).size).toBe(1);
    // its beginning was not seen
    expect(rows.map(({ duration }) => duration === null)).toEqual([true, false, false, false, false]);
  });

  it('of who accepts: nobody is named before the process has come to it', { tags }, async () => {
    const net = testNet();
    const { client, server } = await pair(net);
    const rows = await observed('tcpstates', ['--netns', net.far.netns, '-L', '5000'], async (tool) => {
      const listener = await server.listen({ addr: net.far[family], port: 5000 });
      const socket = await client.connect({ addr: net.far[family], port: 5000 });
      const accepted = await server.accept(listener);
      await client.closeSocket(socket);
      await server.recv(accepted);
      await server.closeSocket(accepted);
      await closed(tool, 'LAST_ACK');
      await server.closeSocket(listener);
    });
    expect(changes(rows)).toEqual([
      ['CLOSE', 'LISTEN', server.pid],
      ['LISTEN', 'SYN_RECV', null],
      ['SYN_RECV', 'ESTABLISHED', null],
      ['ESTABLISHED', 'CLOSE_WAIT', null],
      ['CLOSE_WAIT', 'LAST_ACK', server.pid],
      ['LAST_ACK', 'CLOSE', server.pid],
      ['LISTEN', 'CLOSE', server.pid],
    ]);
  });
});

it('names who has read, also in what packets bring later', { tags: 'anywhere' }, async () => {
  const net = testNet();
  const { client, server } = await pair(net);
  const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
  const rows = await observed('tcpstates', ['--netns', net.far.netns], async (tool) => {
    const socket = await client.connect({ addr: net.far.ipv4, port: 5000 });
    const accepted = await server.accept(listener);
    await client.send(socket, 10);
    expect(await server.recv(accepted, 10)).toEqual({ bytes: 10, error: null });
    await client.reset(socket);
    await closed(tool, 'ESTABLISHED');
  });
  expect(changes(rows)).toEqual([
    ['LISTEN', 'SYN_RECV', null],
    ['SYN_RECV', 'ESTABLISHED', null],
    ['ESTABLISHED', 'CLOSE', server.pid],
  ]);
});

it('tells how long a state lasted', { tags: 'anywhere' }, async () => {
  const net = testNet();
  const { client, server } = await pair(net);
  const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
  let [least, most] = [0, 0];
  const rows = await observed('tcpstates', ['--netns', net.near.netns], async () => {
    const before = performance.now();
    const socket = await client.connect({ addr: net.far.ipv4, port: 5000 });
    const connected = performance.now();
    await server.accept(listener);
    least = performance.now() - connected;
    await client.closeSocket(socket);
    most = performance.now() - before;
  });
  const lasted = Number(rows.find(({ oldstate }) => oldstate === 'ESTABLISHED')?.duration) / 1e6;
  expect(lasted).toBeGreaterThan(least);
  expect(lasted).toBeLessThan(most);
});

it('a connect that is refused goes back to CLOSE', async () => {
  const net = testNet();
  const { client } = await pair(net);
  const rows = await observed('tcpstates', ['--netns', net.near.netns, '-p', `${client.pid}`], async () => {
    const { error } = await client.connect({ addr: net.far.ipv4, port: CLOSED_PORT });
    expect(error).toBe('ECONNREFUSED');
  });
  expect(changes(rows)).toEqual([
    ['CLOSE', 'SYN_SENT', client.pid],
    ['SYN_SENT', 'CLOSE', client.pid],
  ]);
});
