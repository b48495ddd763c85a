import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BpfObject } from '../../src/bpf/object.ts';
import { openRing, type RingReader } from '../../src/bpf/ring.ts';
import { runProgram, Verdict } from '../../src/bpf/run.ts';
import { loadFor } from '../../src/kit/control/load.ts';
import type { PingSetting } from '../../src/kit/ping/model.ts';
import { loadTool } from '../../src/registry.ts';

let object: BpfObject;
let ring: RingReader;
beforeAll(async () => {
  const tool = await loadTool('pingdrop');
  if (tool.shape !== 'control') throw new Error('it controls');
  const state: PingSetting = { mode: 'drop', every: 1, from: [], until: 0 };
  object = loadFor(tool, { name: 'nothing', index: 1 }, state, { rows: true });
  ring = openRing(object, () => {});
});
afterAll(() => {
  ring.close();
  object.close();
});

/** What the program makes of a frame, and what it tells of it. */
function judged(...parts: readonly (readonly number[])[]) {
  const { result } = runProgram(object.programFd('ping_xdp'), Uint8Array.from([...macs, ...parts.flat()]));
  const events: Record<string, unknown>[] = [];
  ring.drain((view, offset, length) => events.push({ ...object.layout.events.ping.decode(view, offset, length) }));
  return { dropped: result === Verdict.drop, events };
}

const macs = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
const IPV4 = [0x08, 0];
const IPV6 = [0x86, 0xdd];
const tag = (type: number, id: number) => [type >> 8, type & 255, id >> 8, id & 255];
const echo = (type: number) => [type, 0, 0, 0, 0x12, 0x34, 0, 7, ...new Array(8).fill(0x61)];
/** @param words of options @param fragment offset and flags */
const ipv4 = (payload: readonly number[], { words = 0, fragment = 0, protocol = 1 } = {}) => [
  ...[0x45 + words, 0, 0, 20 + 4 * words + payload.length, 0, 0, fragment >> 8, fragment & 255, 64, protocol, 0, 0],
  ...[10, 0, 0, 1, 10, 0, 0, 2],
  ...new Array(4 * words).fill(1),
  ...payload,
];
const ipv6 = (next: number, payload: readonly number[]) => [
  ...[0x60, 0, 0, 0, 0, payload.length, next, 64],
  ...[0xfd, ...new Array(14).fill(0), 1, 0xfd, ...new Array(14).fill(0), 2],
  ...payload,
];
/** An extension header of so many times 8 bytes. */
const extension = (next: number, length = 1) => [next, length - 1, ...new Array(8 * length - 2).fill(0)];
const fragment = (next: number, offset: number) => [next, 0, offset >> 8, offset & 255, 0, 0, 0, 1];

describe('pingdrop knows a ping', () => {
  it.each([
    ['with IPv4 options', [IPV4, ipv4(echo(8), { words: 10 })], {}],
    ['that is the first fragment', [IPV4, ipv4(echo(8), { fragment: 0x2000 })], {}],
    ['behind a VLAN tag', [tag(0x8100, 42), IPV4, ipv4(echo(8))], { vlan: 42 }],
    [
      'behind two VLAN tags',
      [tag(0x88a8, 7), tag(0x8100, 0x2000 + 42), IPV4, ipv4(echo(0))],
      { vlan: 42, reply: true },
    ],
    ['of IPv6', [IPV6, ipv6(58, echo(128))], { saddr: 'fd00::1', daddr: 'fd00::2' }],
    ['of IPv6 in a VLAN', [tag(0x8100, 1), IPV6, ipv6(58, echo(129))], { vlan: 1, reply: true }],
    ['behind an extension header', [IPV6, ipv6(0, [...extension(58), ...echo(128)])], {}],
    ['behind long extension headers', [IPV6, ipv6(0, [...extension(60, 4), ...extension(58, 2), ...echo(128)])], {}],
    ['in a first fragment of IPv6', [IPV6, ipv6(44, [...fragment(58, 1), ...echo(128)])], {}],
  ] as const)('%s', (_, parts, expected) => {
    const { dropped, events } = judged(...parts);
    expect(dropped).toBe(true);
    expect(events).toMatchObject([{ id: 0x1234, seq: 7, length: 16, verdict: 2, ...expected }]);
  });

  it.each([
    ['another ICMP message', [IPV4, ipv4(echo(3))]],
    ['another ICMPv6 message, the number of which is that of an IPv4 ping', [IPV6, ipv6(58, echo(8))]],
    ['ICMPv6 in IPv4', [IPV4, ipv4(echo(8), { protocol: 58 })]],
    ['a later fragment', [IPV4, ipv4(echo(8), { fragment: 185 })]],
    ['a later fragment of IPv6', [IPV6, ipv6(44, [...fragment(58, 8), ...echo(128)])]],
    ['TCP', [IPV4, ipv4(echo(8), { protocol: 6 })]],
    ['ARP', [[0x08, 0x06], ipv4(echo(8))]],
    ['an IP version that does not fit', [IPV6, ipv4(echo(8))]],
    ['a header length that is too short', [IPV4, [0x44, ...ipv4(echo(8)).slice(1)]]],
  ] as const)('from %s, which passes', (_, parts) => expect(judged(...parts)).toEqual({ dropped: false, events: [] }));

  it('and reads nothing behind the end of a frame, wherever that is', () => {
    const whole = [...tag(0x8100, 1), ...IPV6, ...ipv6(0, [...extension(44), ...fragment(58, 1), ...echo(128)])];
    const least = whole.length - 8;
    for (let length = 2; length <= whole.length; length++) {
      expect(judged(whole.slice(0, length)).dropped, `${length} bytes`).toBe(length >= least);
    }
  });
});
