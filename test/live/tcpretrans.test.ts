import { describe, expect, it } from 'vitest';
import { cut, filterPort, mend } from './harness/net/faults.ts';
import { type Host, type Net, testNet } from './harness/net/hosts.ts';
import { type Peer, testPeer } from './harness/net/peer.ts';
import { linesOf, observe, observed, type Row } from './harness/observe.ts';

/** What is seen in one of the two namespaces. */
const seenAt = (host: Host, ...args: readonly string[]) => ['--netns', host.netns, ...args];

async function pair(net: Net): Promise<{ client: Peer; server: Peer }> {
  const client = await testPeer(net.near, { comm: 'client' });
  return { client, server: await testPeer(net.far, { comm: 'server' }) };
}

describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
  const tags = family === 'ipv4' ? [] : ['anywhere'];
  const ip = family === 'ipv4' ? 4 : 6;

  it('data that vanish: a probe, then timeouts, with the sequence number and the process', { tags }, async () => {
    const net = testNet();
    const { client, server } = await pair(net);
    const listener = await server.listen({ addr: net.far[family], port: 5000 });
    const socket = await client.connect({ addr: net.far[family], port: 5000 });
    const accepted = await server.accept(listener);
    const seq = (await client.sequence(socket)) + 100;
    const rows = await observed('tcpretrans', seenAt(net.near), async (tool) => {
      await client.send(socket, 100);
      await server.recv(accepted, 100);
      cut(net, 'near');
      await client.send(socket, 7);
      await tool.stdout.until('"retransmits":2');
      mend(net, 'near');
      await server.recv(accepted, 7);
    });
    const ends = { ip, laddr: net.near[family], lport: socket.port, raddr: net.far[family], rport: 5000 };
    const common = { type: 'retransmission', ...ends, netns: net.near.inode, state: 'ESTABLISHED', seq, length: 7 };
    for (const row of rows)
      expect(row).toMatchObject({ ...common, pid: client.pid, comm: 'client', ret: 0, error: null });
    expect(rows.slice(0, 3).map(({ kind, cause, retransmits }) => [kind, cause, retransmits])).toEqual([
      ['L', 'tlp', 0],
      ['R', 'rto', 1],
      ['R', 'rto', 2],
    ]);
    expect(rows[0].srtt).toBeGreaterThan(0);
  });

  it('a SYN', { tags }, async () => {
    const net = testNet();
    const { client } = await pair(net);
    const rows = await observed('tcpretrans', seenAt(net.near), async () => {
      cut(net, 'near');
      await client.connect({ addr: net.far[family], port: 5000, from_port: 6000, user_timeout: 1500 });
    });
    expect(rows).toHaveLength(1);
    const ends = { ip, laddr: net.near[family], lport: 6000, raddr: net.far[family], rport: 5000 };
    const why = { kind: 'R', cause: 'syn', state: 'SYN_SENT', length: 0, retransmits: 1, srtt: null };
    expect(rows[0]).toMatchObject({ ...ends, ...why, pid: client.pid, tid: client.pid, comm: 'client' });
  });

  it('a SYN-ACK, of whoever listens', { tags }, async () => {
    const net = testNet();
    const { client, server } = await pair(net);
    let rport = 0;
    const rows = await observed('tcpretrans', seenAt(net.far), async (tool) => {
      const listener = await server.listen({ addr: net.far[family], port: 5000 });
      cut(net, 'far');
      const socket = await client.connect({ addr: net.far[family], port: 5000, nonblock: true });
      rport = socket.port;
      await tool.stdout.until('"retransmits":1');
      mend(net, 'far');
      await client.connected(socket);
      const accepted = await server.accept(listener);
      expect(accepted.remote.port).toBe(rport);
    });
    const ends = { ip, laddr: net.far[family], lport: 5000, raddr: net.near[family], rport };
    const why = { kind: 'R', cause: 'synack', state: 'SYN_RECV', length: 0, retransmits: 1 };
    expect(rows[0]).toMatchObject({ ...ends, ...why, pid: server.pid, comm: 'server', netns: net.far.inode });
  });
});

it('a segment that later ones tell to be lost', async () => {
  const net = testNet();
  const { client, server } = await pair(net);
  const rows = await observed('tcpretrans', seenAt(net.near), async () => {
    const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
    const socket = await client.connect({ addr: net.far.ipv4, port: 5000, nodelay: true });
    const accepted = await server.accept(listener);
    const length = 20 + 32 + 100; // with headers: IP, TCP and its timestamps
    filterPort(net.far, 5000, `meta length ${length} quota until ${length + 1} bytes`);
    await client.send(socket, 100, 6);
    await server.recv(accepted, 600);
  });
  expect(rows).toMatchObject([{ kind: 'R', cause: 'fast', length: 100, retransmits: 0, pid: client.pid }]);
});

it('the table is that of bcc', { tags: 'anywhere' }, async () => {
  const net = testNet();
  const { client } = await pair(net);
  const { stdout } = await observe('tcpretrans', seenAt(net.near, '-s'), async () => {
    cut(net, 'near');
    await client.connect({ addr: net.far.ipv4, port: 5000, from_port: 6000, user_timeout: 1500 });
  });
  const [head, row, ...more] = linesOf(stdout);
  expect(more).toEqual([]);
  expect(head).toBe('TIME     PID     IP LADDR:LPORT          T> RADDR:RPORT          STATE       SEQ');
  const [local, remote] = [`${net.near.ipv4}:6000`, `${net.far.ipv4}:5000`].map((end) => end.padEnd(20));
  const pid = `${client.pid}`.padEnd(7);
  expect(row).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d ${pid} 4  ${local} R> ${remote} SYN_SENT    \\d+$`));
});

it('what a timeout has left to be sent again', { tags: 'anywhere' }, async () => {
  const net = testNet();
  const { client, server } = await pair(net);
  const rows = await observed('tcpretrans', seenAt(net.near), async (tool) => {
    const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
    const socket = await client.connect({ addr: net.far.ipv4, port: 5000 });
    const accepted = await server.accept(listener);
    cut(net, 'near');
    await client.send(socket, 5000);
    await tool.stdout.until('"cause":"rto"');
    mend(net, 'near');
    await server.recv(accepted, 5000);
  });
  const rto = rows.findLast(({ cause }) => cause === 'rto');
  const rest = rows.filter(({ cause }) => cause === 'loss');
  const behind = (row: Row | undefined) => (Number(row?.seq) + Number(row?.length)) % 2 ** 32;
  expect(rest[0]?.seq).toBe(behind(rto));
  expect(behind(rest.at(-1))).toBe((Number(rto?.seq) + 5000) % 2 ** 32);
  expect(rest.map(({ kind, retransmits }) => [kind, retransmits])).toEqual(rest.map(() => ['R', 0]));
});
