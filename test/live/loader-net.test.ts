import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AttachTarget } from '../../src/bpf/target.ts';
import { claimHook } from '../vm/plans.ts';
import { type Holder, hold } from './loader/hold.ts';
import { exists, survivors } from './loader/witness.ts';

// two namespaces of our own, joined by a cable: nothing outside is touched
const near = `ebpf-kit-near-${process.pid}`;
const far = `ebpf-kit-far-${process.pid}`;
let ifindex: number;
let holder: Holder | undefined;

const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });
const inside = (netns: string, command: string) =>
  execFileSync('ip', ['netns', 'exec', netns, 'sh', '-c', command], { encoding: 'utf8' });

beforeAll(() => {
  ip('netns', 'add', near);
  ip('netns', 'add', far);
  ip('-n', near, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', far);
  const macs = { [near]: '02:00:00:00:00:01', [far]: '02:00:00:00:00:02' };
  for (const [netns, own, other] of [
    [near, 1, 2],
    [far, 2, 1],
  ] as const) {
    // no IPv6 and fixed neighbours: the pings are the only packets
    inside(netns, 'sysctl -qw net.ipv6.conf.cable.disable_ipv6=1');
    ip('-n', netns, 'link', 'set', 'cable', 'address', macs[netns], 'up');
    ip('-n', netns, 'address', 'add', `10.77.0.${own}/24`, 'dev', 'cable');
    const mac = macs[netns === near ? far : near];
    ip('-n', netns, 'neighbour', 'add', `10.77.0.${other}`, 'lladdr', mac, 'dev', 'cable');
  }
  ifindex = JSON.parse(ip('-n', far, '-j', 'link', 'show', 'cable'))[0].ifindex;
});
afterEach(() => holder?.kill());
afterAll(() => {
  const left = ip('netns', 'list');
  for (const netns of [near, far]) if (left.includes(netns)) ip('netns', 'delete', netns);
});

const ping = (count: number) => inside(near, `ping -q -c ${count} -i 0.01 -W 5 10.77.0.2`);
/** What `ip` says of XDP at the interface: undefined, or its mode. */
const xdpMode = (): number | undefined => JSON.parse(ip('-n', far, '-j', '-d', 'link', 'show', 'cable'))[0].xdp?.mode;

describe('XDP', () => {
  it.each([
    ['native', 1],
    ['generic', 2],
  ] as const)('%s sees each packet that comes in, until its process is killed', async (mode, shown) => {
    claimHook(`xdp ${mode}`, 'xdp').accepted();
    holder = await hold([{ program: 'on_xdp', target: { kind: 'xdp', ifindex, mode } }], far);
    expect(xdpMode()).toBe(shown);
    ping(7);
    expect(await holder.hits()).toEqual([7]);
    await holder.kill('SIGKILL');
    expect(await survivors(holder.held)).toEqual([]);
    expect(xdpMode()).toBeUndefined();
  });

  it('of an interface that does not exist is refused', { tags: 'anywhere' }, async () => {
    await expect(hold([{ program: 'on_xdp', target: { kind: 'xdp', ifindex: 4711 } }], far)).rejects.toThrow(
      'BpfError: attach on_xdp to xdp of interface 4711: invalid argument',
    );
  });
});

describe('tc', () => {
  it.each(['ingress', 'egress'] as const)('%s sees each packet, until its process is killed', async (direction) => {
    const target: AttachTarget = { kind: 'tc', ifindex, direction };
    const { accepted, refused } = claimHook('tc');
    try {
      holder = await hold([{ program: 'on_tc', target }], far);
    } catch (error) {
      expect(String(error)).toContain(
        `attach on_tc to tc ${direction} of interface ${ifindex}: invalid argument (kernels before 6.6 have no tcx links)`,
      );
      refused('kernels before 6.6 have no tcx links');
      return;
    }
    accepted();
    ping(7);
    expect(await holder.hits()).toEqual([7]);
    expect(holder.held.every(exists)).toBe(true);
    await holder.kill('SIGKILL');
    expect(await survivors(holder.held)).toEqual([]);
  });
});
