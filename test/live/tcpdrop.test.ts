import { describe, expect, it } from 'vitest';
import { at, bare, because, codes, ifTold } from './harness/drops.ts';
import { CLOSED_PORT, cut, filterPort, mend } from './harness/net/faults.ts';
import { CABLE, testNet } from './harness/net/hosts.ts';
import { testPeer } from './harness/net/peer.ts';
import { observed } from './harness/observe.ts';

describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
  const tags = family === 'ipv4' ? [] : ['anywhere'];
  const ip = family === 'ipv4' ? 4 : 6;

  it('to a port where nobody listens', { tags }, async () => {
    const net = testNet();
    const client = await testPeer(net.near);
    const rows = await observed('tcpdrop', at(net.far), async () => {
      await client.connect({ addr: net.far[family], port: CLOSED_PORT, from_port: 6000 });
    });
    expect(rows).toHaveLength(1);
    const ends = { saddr: net.near[family], sport: 6000, daddr: net.far[family], dport: CLOSED_PORT };
    const packet = { flags: 'SYN', ack: 0, length: 0, dev: CABLE, netns: net.far.inode };
    const nobody = { pid: null, tid: null, comm: null, uid: null, state: null, skaddr: null };
    expect(rows[0]).toMatchObject({ type: 'drop', ip, ...ends, ...packet, ...nobody, ...because('NO_SOCKET') });
    const receive = family === 'ipv4' ? 'tcp_v4_rcv' : 'tcp_v6_rcv';
    expect(rows[0].location).toMatch(new RegExp(`^${receive}\\+0x[0-9a-f]+$`));
    // the function that freed it, the one that had it freed, and those that called that
    const stack = rows[0].stack as string[];
    expect(stack[0]).toMatch(/^(sk_skb_reason_drop|kfree_skb_reason|kfree_skb)\+0x[0-9a-f]+$/);
    expect(stack[1]).toBe(rows[0].location);
    expect(stack.length).toBeGreaterThan(5);
    for (const frame of stack) expect(frame).toMatch(/^[\w.]+\+0x[0-9a-f]+( \[\w+\])?$/);
    expect(stack.at(-1)).toMatch(/^(entry_SYSCALL_64|ret_from_fork|el0)/);
  });

  it('what netfilter does not let in, with its data', { tags }, async () => {
    const net = testNet();
    const [client, server] = [await testPeer(net.near), await testPeer(net.far)];
    const listener = await server.listen({ addr: net.far[family], port: 5000 });
    const socket = await client.connect({ addr: net.far[family], port: 5000 });
    const accepted = await server.accept(listener);
    await server.send(accepted, 3);
    await client.recv(socket, 3);
    const [seq, ack] = [await client.sequence(socket), await server.sequence(accepted)];
    filterPort(net.far, 5000);
    const rows = await observed('tcpdrop', bare(net.far), async (tool) => {
      await client.send(socket, 7);
      await tool.stdout.until('"length":7');
    });
    const ends = { source: end(net.near[family], socket.port), destination: end(net.far[family], 5000) };
    const packet = { flags: 'PSH|ACK', seq, ack, length: 7, dev: CABLE, stack: null };
    expect(rows[0]).toMatchObject({ ip, ...ends, ...packet, ...because('NETFILTER_DROP') });
  });

  it('what netfilter does not let out, of the process that sends it', async () => {
    const net = testNet();
    const client = await testPeer(net.near, { comm: 'client', uid: 1001 });
    filterPort(net.near, 5000, '', 'output');
    const rows = await observed('tcpdrop', bare(net.near), async () => {
      await client.connect({ addr: net.far[family], port: 5000, from_port: 6000, nonblock: true });
    });
    const who = { pid: client.pid, tid: client.pid, comm: 'client', uid: 1001, state: 'SYN_SENT' };
    expect(rows[0]).toMatchObject({ ip, ...who, sport: 6000, dport: 5000, flags: 'SYN', ...because('NETFILTER_DROP') });
    expect(rows[0].skaddr).toMatch(/^0xffff[0-9a-f]{12}$/);
  });
});

const end = (addr: string, port: number) => (addr.includes(':') ? `[${addr}]:${port}` : `${addr}:${port}`);

it('a handshake that finds the queue of its listener full, with the process that listens', {
  tags: 'anywhere',
}, async () => {
  const net = testNet();
  net.far.sysctl('net.ipv4.tcp_syncookies', 0);
  const server = await testPeer(net.far, { comm: 'server' });
  const client = await testPeer(net.near);
  const connect = (from_port: number) => client.connect({ addr: net.far.ipv4, port: 5000, from_port, nonblock: true });
  const reason = codes?.has('TCP_LISTEN_OVERFLOW') ? 'TCP_LISTEN_OVERFLOW' : 'NOT_SPECIFIED';
  const rows = await observed('tcpdrop', bare(net.far, '--all'), async (tool) => {
    // so there is room for three
    await server.listen({ addr: net.far.ipv4, port: 5000, backlog: 2 });
    for (const port of [6000, 6001]) await client.connected(await connect(port));
    // neither hears of its SYN-ACK before both have one
    cut(net, 'far');
    const last = [await connect(6002), await connect(6003)];
    mend(net, 'far');
    for (const socket of last) await client.connected(socket);
    await tool.stdout.until(/"dport":5000.*"flags":"ACK"/);
  });
  const full = rows.filter(({ dport, flags }) => dport === 5000 && flags === 'ACK');
  expect(full.length).toBeGreaterThan(0);
  const who = { pid: ifTold(server.pid), comm: ifTold('server'), state: ifTold('LISTEN') };
  for (const each of full) expect(each).toMatchObject({ ...who, ...because(reason), length: 0 });
  expect(new Set(full.map(({ sport }) => sport)).size).toBe(1);
});

describe.skipIf(!codes)('a connection from its beginning to its end', () => {
  it('drops nothing', { tags: 'anywhere' }, async () => {
    const net = testNet();
    const [client, server] = [await testPeer(net.near), await testPeer(net.far)];
    const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
    const rows = await observed('tcpdrop', ['--no-stack', '--port', '5000,9', '--addr', net.far.ipv4], async () => {
      const socket = await client.connect({ addr: net.far.ipv4, port: 5000 });
      const accepted = await server.accept(listener);
      await client.send(socket, 100_000);
      await client.closeSocket(socket);
      await server.recv(accepted);
      await server.closeSocket(accepted);
      await client.connect({ addr: net.far.ipv4, port: CLOSED_PORT });
    });
    // what a slow machine sends twice, it also drops once
    const drops = rows.filter(({ reason }) => reason !== 'TCP_OLD_DATA');
    expect(drops.map(({ dport }) => dport)).toEqual([CLOSED_PORT]);
  });
});

it('gives every reason the name that the kernel has for it', async () => {
  const { dropColumns } = await import('../../src/kit/columns/drop-columns.ts');
  const name = (reason_code: number) => dropColumns.reason.value({ reason_code, location: '0x0' });
  expect(codes?.size ?? 100).toBeGreaterThan(4);
  for (const [reason, code] of codes ?? []) if (code > 0 && !/MAX|MASK/.test(reason)) expect(name(code)).toBe(reason);
  expect(name(0)).toBeNull();
  expect(name(60_000)).toBe('60000');
});
