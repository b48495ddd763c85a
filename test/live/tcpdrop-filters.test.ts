// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at } from './harness/drops.ts';
import { filterPort } from './harness/net/faults.ts';
import { type Host, type Net, openNet, testNet } from './harness/net/hosts.ts';
import { openPeer, type Peer, testPeer } from './harness/net/peer.ts';
import { observed } from './harness/observe.ts';
import { run } from './harness/tool.ts';

describe('only what was asked for:', () => {
  let [net, elsewhere]: Net[] = [];
  let [client, neighbour]: Peer[] = [];
  beforeAll(async () => {
    [net, elsewhere] = [openNet(), openNet()];
    [client, neighbour] = [await openPeer(net.near), await openPeer(elsewhere.near)];
  });
  afterAll(async () => {
    await Promise.all([client.close(), neighbour.close()]);
    net.close();
    elsewhere.close();
  });

  /** Refused: 6000 → 9 and 6001 → 10 over IPv4, 6002 → 11 over IPv6; and a neighbour's 6000 → 9 elsewhere. */
  async function ports(args: (far: Host, near: Host) => readonly string[]): Promise<unknown[]> {
    const rows = await observed('tcpdrop', ['--no-stack', ...args(net.far, net.near)], async () => {
      await neighbour.connect({ addr: elsewhere.far.ipv4, port: 9, from_port: 6000 });
      await client.connect({ addr: net.far.ipv4, port: 9, from_port: 6000 });
      await client.connect({ addr: net.far.ipv4, port: 10, from_port: 6001 });
      await client.connect({ addr: net.far.ipv6, port: 11, from_port: 6002 });
      await neighbour.connect({ addr: elsewhere.far.ipv6, port: 11, from_port: 6002 });
    });
    return rows.filter(({ flags }) => flags === 'SYN').map(({ dport }) => dport);
  }

  it.each<[string, (far: Host, near: Host) => readonly string[], number[]]>([
    ['--netns by name', (far) => ['--netns', far.netns], [9, 10, 11]],
    ['--netns by path', (far) => ['--netns', `/run/netns/${far.netns}`], [9, 10, 11]],
    ['--netns-id, as bcc calls it', (far) => ['--netns-id', `${far.inode}`], [9, 10, 11]],
    ['--netns of the sender, where nothing is dropped', (_, near) => ['--netns', near.netns], []],
    ['-4', (far) => at(far, '-4'), [9, 10]],
    ['-6', (far) => at(far, '-6'), [11]],
    ['--dport, a list and a range', (far) => at(far, '--dport', '9,11-12'), [9, 11]],
    ['--sport', (far) => at(far, '--sport', '6001'), [10]],
    ['-P, of either end', (far) => at(far, '-P', '6001-6100,9'), [9, 10, 11]],
    ['--daddr', (far) => ['--daddr', `${far.ipv4},${far.ipv6}`], [9, 10, 11]],
    ['--saddr of a network', (far, near) => at(far, '--saddr', `${near.ipv4}/31,::1`), [9, 10]],
    ['--addr of the source', (far, near) => at(far, '--addr', near.ipv6), [11]],
    ['--addr of the destination', (far) => at(far, '--addr', far.ipv6), [11]],
    ['--addr of nobody', (far) => at(far, '--addr', '192.0.2.0/24'), []],
  ])('%s', async (_, args, expected) => {
    expect(await ports(args)).toEqual(expected);
  });

  it('-p: of the process whose packet it is', async () => {
    const net = testNet();
    const [client, neighbour] = [await testPeer(net.near), await testPeer(net.near)];
    filterPort(net.near, 5000, '', 'output');
    const rows = await observed('tcpdrop', ['--no-stack', '-p', `${client.pid}`], async () => {
      const connect = { addr: net.far.ipv4, port: 5000, nonblock: true };
      await neighbour.connect({ ...connect, from_port: 6000 });
      await client.connect({ ...connect, from_port: 6001 });
    });
    expect(new Set(rows.map(({ pid, sport }) => `${pid} ${sport}`))).toEqual(new Set([`${client.pid} 6001`]));
  });

  it('--pid-netns', async () => {
    const net = testNet();
    const [client, server] = [await testPeer(net.near), await testPeer(net.far)];
    const rows = await observed('tcpdrop', ['--no-stack', '--pid-netns', `${server.pid}`], async () => {
      await client.connect({ addr: net.far.ipv4, port: 9 });
    });
    expect(rows).toMatchObject([{ dport: 9, netns: net.far.inode }]);
  });
});

describe('says what is wrong with', () => {
  it.each([
    [['--netns', 'nowhere'], 'no network namespace "nowhere"'],
    [['--pid-netns', '4194303'], 'no network namespace "/proc/4194303/ns/net"'],
    [['--netns', '1', '--netns-id', '1'], '--netns, --netns-id and --pid-netns exclude each other'],
    [['-P', '0'], '--port: "0" is no port or range of ports'],
    [['--sport', '80,http'], '--sport: "http" is no port or range of ports'],
    [['--addr', '10.0.0.0/33'], '--addr: "10.0.0.0/33" is no address and no network'],
    [['--daddr', 'localhost'], '--daddr: "localhost" is no address and no network'],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await run(['tcpdrop', ...args]);
    expect(stderr.split('\n')[0]).toBe(`tcpdrop: ${message}`);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
