// @module-tag anywhere
import { describe, expect, it } from 'vitest';
import { CLOSED_PORT } from './harness/net/faults.ts';
import { testNet } from './harness/net/hosts.ts';
import { type Peer, testPeer } from './harness/net/peer.ts';
import { linesOf, observe, observed } from './harness/observe.ts';

describe('only what was asked for:', () => {
  /** Two clients connect to ports 5000 and 5001 by IPv4, and to 5002 by IPv6. */
  async function ports(args: (first: Peer) => readonly string[]): Promise<unknown[]> {
    const net = testNet();
    const first = await testPeer(net.near, { comm: 'first' });
    const second = await testPeer(net.near, { comm: 'second', uid: 1002 });
    const server = await testPeer(net.far);
    for (const port of [5000, 5001]) await server.listen({ addr: net.far.ipv4, port });
    await server.listen({ addr: net.far.ipv6, port: 5002 });
    const rows = await observed('tcpstates', ['--netns', net.near.netns, ...args(first)], async () => {
      await first.connect({ addr: net.far.ipv4, port: 5000, from_port: 6000 });
      await second.connect({ addr: net.far.ipv4, port: 5001, from_port: 6001 });
      await second.connect({ addr: net.far.ipv6, port: 5002, from_port: 6002 });
    });
    return rows.flatMap(({ newstate, rport }) => (newstate === 'ESTABLISHED' ? [rport] : []));
  }

  it.each([
    ['all', [], [5000, 5001, 5002]],
    ['-D of one port', ['-D', '5001'], [5001]],
    ['-D of a list and a range', ['-D', '5000,5002-5009'], [5000, 5002]],
    ['-L', ['-L', '6001-6002'], [5001, 5002]],
    ['-4', ['-4'], [5000, 5001]],
    ['-6', ['-6'], [5002]],
    ['--raddr of a network', ['--raddr', '10.77.0.0/16'], [5000, 5001]],
    ['--raddr of another one', ['--raddr', '10.78.0.0/16,::1'], []],
    ['--laddr of IPv6', ['--laddr', 'fd77::/16'], [5002]],
    ['-u', ['-u', '1002'], [5001, 5002]],
  ] as const)('%s', async (_, args, expected) => {
    expect(await ports(() => args)).toEqual(expected);
  });

  it('-p', async () => {
    expect(await ports((first) => ['-p', `${first.pid}`])).toEqual([5000]);
  });
});

it('the table has the columns of bcc', async () => {
  const net = testNet();
  const client = await testPeer(net.near, { comm: 'client' });
  const { stdout } = await observe('tcpstates', ['--netns', net.near.netns], async () => {
    await client.connect({ addr: net.far.ipv4, port: CLOSED_PORT, from_port: 6000 });
  });
  const [head, first, second] = linesOf(stdout);
  const pid = `${client.pid}`.padEnd(7);
  const [near, far] = [net.near.ipv4.padEnd(15), net.far.ipv4.padEnd(15)];
  expect(head).toBe('PID     COMM       LADDR           LPORT RADDR           RPORT OLDSTATE    -> NEWSTATE    MS');
  expect(first).toBe(`${pid} client     ${near} 6000  ${far} 9     CLOSE       -> SYN_SENT    -`);
  expect(second.replace(/\d\.\d{3}$/, 'N')).toBe(
    `${pid} client     ${near} 6000  ${far} 9     SYN_SENT    -> CLOSE       N`,
  );
});

it('-w makes room for any IPv6 address', async () => {
  const net = testNet();
  const client = await testPeer(net.near, { comm: 'client' });
  const { stdout } = await observe('tcpstates', ['-w', '--netns', net.near.netns], async () => {
    await client.connect({ addr: net.far.ipv6, port: CLOSED_PORT, from_port: 6000 });
  });
  const [head, first] = linesOf(stdout);
  const [near, far] = [net.near.ipv6.padEnd(39), net.far.ipv6.padEnd(39)];
  const heads = `${'LADDR'.padEnd(39)} LPORT ${'RADDR'.padEnd(39)} RPORT`;
  expect(head).toBe(`PID     COMM             IP ${heads} OLDSTATE    -> NEWSTATE    MS`);
  const pid = `${client.pid}`.padEnd(7);
  expect(first).toBe(`${pid} client           6  ${near} 6000  ${far} 9     CLOSE       -> SYN_SENT    -`);
});
