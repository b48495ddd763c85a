// @module-tag anywhere
import { expect, it } from 'vitest';
import { cut } from './harness/net/faults.ts';
import { type Host, testNet } from './harness/net/hosts.ts';
import { type Peer, testPeer } from './harness/net/peer.ts';
import { observed } from './harness/observe.ts';

/** What each of the runs shows of the same. */
async function sideBySide(runs: readonly (readonly string[])[], cause: () => Promise<unknown>) {
  let begin = () => {};
  const happened = new Promise<unknown>((resolve) => {
    begin = () => resolve(cause());
  });
  let ready = 0;
  const wait = () => {
    if (++ready === runs.length) begin();
    return happened;
  };
  return Promise.all(runs.map((args) => observed('tcpretrans', args, wait)));
}

type Filter = (near: Host, first: Peer) => readonly string[];

const filters: readonly (readonly [name: string, args: Filter, seen: readonly number[]])[] = [
  ['all', () => [], [5000, 5001, 5002]],
  ['-D of one port', () => ['-D', '5001'], [5001]],
  ['-D of a list and a range', () => ['-D', '5000,5002-5009'], [5000, 5002]],
  ['-L of a range', () => ['-L', '6001-6002'], [5001, 5002]],
  ['-4', () => ['-4'], [5000, 5001]],
  ['-6', () => ['-6'], [5002]],
  ['--raddr of a network', () => ['--raddr', '10.77.0.0/16'], [5000, 5001]],
  ['--raddr of others', () => ['--raddr', '10.78.0.0/16,::1'], []],
  ['--laddr of IPv6', () => ['--laddr', 'fd77::/16'], [5002]],
  ['-p', (_, { pid }) => ['-p', `${pid}`], [5000]],
  ['-u', () => ['-u', '1002'], [5001, 5002]],
  ['--filter', () => ['--filter', 'rport > 5001 && cause == "syn"'], [5002]],
];

/** Two clients connect to ports 5000 and 5001 by IPv4 and to 5002 by IPv6, where nobody answers. */
it('only what was asked for, of SYNs that are sent again', async () => {
  const net = testNet();
  const first = await testPeer(net.near, { comm: 'first' });
  const second = await testPeer(net.near, { comm: 'second', uid: 1002 });
  const common = ['--netns', net.near.netns];
  const runs = filters.map(([, args]) => [...common, ...args(net.near, first)]);
  const all = await sideBySide([...runs, ['--netns', net.far.netns]], async () => {
    cut(net, 'near');
    const how = { nonblock: true, user_timeout: 1500 };
    const sockets = [
      [first, await first.connect({ addr: net.far.ipv4, port: 5000, from_port: 6000, ...how })],
      [second, await second.connect({ addr: net.far.ipv4, port: 5001, from_port: 6001, ...how })],
      [second, await second.connect({ addr: net.far.ipv6, port: 5002, from_port: 6002, ...how })],
    ] as const;
    for (const [peer, socket] of sockets) expect((await peer.connected(socket)).error).toBe('ETIMEDOUT');
  });
  const ports = all.map((rows) => rows.map(({ rport }) => rport).sort());
  const names = filters.map(([name]) => name);
  expect(Object.fromEntries(names.map((name, i) => [name, ports[i]]))).toEqual(
    Object.fromEntries(filters.map(([name, , seen]) => [name, seen])),
  );
  expect(ports.at(-1)).toEqual([]);
});
