// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOf } from './harness/net/calls.ts';
import { type Host, type Net, openNet, testNet } from './harness/net/hosts.ts';
import { type Peer, testPair, testPeer } from './harness/net/peer.ts';
import { observed } from './harness/observe.ts';
import { run } from './harness/tool.ts';

let net: Net;
beforeAll(() => {
  net = openNet();
});
afterAll(() => net.close());

const inside = () => ['--netns', net.far.netns];

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
  const { client, server } = await testPair(net);
  const own = testNet();
  const neighbour = await testPeer(own.far);
  const stranger = await testPeer(own.near);
  const [here, there] = [await server.listen({ addr: net.far.ipv4 }), await neighbour.listen({ addr: own.far.ipv4 })];
  const rows = await observed('tcpaccept', inside(), async () => {
    await stranger.connect(placeOf(there));
    await neighbour.accept(there);
    await client.connect(placeOf(here));
    await server.accept(here);
    await stranger.connect(placeOf(there));
    await neighbour.accept(there);
  });
  expect(rows.map(({ lport, netns }) => [lport, netns])).toEqual([[here.port, net.far.inode]]);
});

describe('says what is wrong with', () => {
  it.each([
    [['-P', '70000'], '--port: "70000" is no port or range of ports'],
    [['-P', '9000-8000'], '--port: "9000-8000" is no port or range of ports'],
    [['--raddr', '10.0.0.0/33'], '--raddr: "10.0.0.0/33" is no address and no network'],
    [['--laddr', 'localhost'], '--laddr: "localhost" is no address and no network'],
    [['--netns', 'nowhere'], 'no network namespace "nowhere"'],
    [['-p', '0'], 'process id: "0" is less than 1'],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await run(['tcpaccept', ...args]);
    expect(stderr.split('\n')[0]).toBe(`tcpaccept: ${message}`);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
