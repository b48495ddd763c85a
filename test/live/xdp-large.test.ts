import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CABLE, type Net, testNet } from './harness/net/hosts.ts';
import { pings } from './harness/net/pings.ts';
import { controlling, programAt } from './harness/net/xdp.ts';
import { recordsOf } from './harness/observe.ts';
import { run } from './harness/tool.ts';

/** The kernel has programs that are told of all pages of a packet: it has the function that only these may call. */
const hasFrags = / bpf_xdp_get_buff_len$/m.test(readFileSync('/proc/kallsyms', 'latin1'));
const LIMIT = /\(generic XDP, which is slower: the driver takes no program: .*MTU.*about 3506 bytes.*9000\)/;

/** A cable for packets that do not fit into a page. */
function largeNet(): Net {
  const net = testNet();
  for (const host of [net.near, net.far]) host.ip('link', 'set', CABLE, 'mtu', '9000');
  return net;
}

describe('packets that do not fit into a page', () => {
  it('are dropped by xdp-drop, by their whole length, in the driver where the kernel can; also by rules added later', async () => {
    const { near, far } = largeNet();
    const tool = await controlling(near, [
      'xdp-drop',
      '--rule',
      'length 8000-',
      '--rule',
      'malformed',
      CABLE,
      '--json',
    ]);
    const large = () => pings(far, near.ipv4, 2, '-s', '8900');
    expect([large(), pings(far, near.ipv4, 1)]).toEqual([[], [1]]);
    const program = programAt(near);
    const [counted] = recordsOf((await run(['xdp-drop', 'stats', CABLE, '--json'], { under: near.inside })).stdout);
    expect(counted).toMatchObject({ rule: 'length 8000-65535', packets: 2, bytes: 2 * 8942 });
    expect(await run(['xdp-drop', 'set', CABLE, 'length 5000-6000'], { under: near.inside })).toMatchObject({
      status: 0,
    });
    expect(programAt(near)).not.toBe(program);
    expect([large(), pings(far, near.ipv4, 1, '-s', '5500')]).toEqual([[1, 2], []]);
    const { stdout, stderr } = await tool.stop();
    expect(stderr).toMatch(hasFrags ? /^xdp-drop: cable: 2 rules \(native XDP\)$/m : LIMIT);
    expect(recordsOf(stdout).at(-2)).toMatchObject({ rule: 'length 5000-6000', packets: 1, bytes: 5542 });
  });

  it('are seen by pingdrop, with the length that ping counts', async () => {
    const { near, far } = largeNet();
    const tool = await controlling(near, ['pingdrop', CABLE, '--mode', 'drop', '--json']);
    expect(pings(far, near.ipv4, 1, '-s', '8900')).toEqual([]);
    expect(pings(far, near.ipv6, 1, '-s', '8900')).toEqual([]);
    const { stdout, stderr } = await tool.stop();
    const rows = recordsOf(stdout).filter(({ type }) => type === 'ping');
    expect(rows).toMatchObject([
      { saddr: far.ipv4, length: 8908, verdict: 'dropped' },
      { saddr: far.ipv6, length: 8908, verdict: 'dropped' },
    ]);
    expect(stderr).toMatch(hasFrags ? /^pingdrop: cable: drop \(native XDP\)$/m : LIMIT);
  });
});
