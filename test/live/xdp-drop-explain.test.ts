// @module-tag anywhere
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePacket } from '../../src/xdp/packet-text.ts';
import { testFolder } from './harness/folder.ts';
import { leavesNothing } from './harness/library.ts';
import { linesOf, recordsOf } from './harness/observe.ts';
import { run } from './harness/tool.ts';

const explain = (...args: string[]) => run(['xdp-drop', ...args]);
const rules = ['--rule', 'proto icmp', '--rule', 'src 10.0.0.0/8 dport 80', '--rule', 'malformed'];
const texts = ['icmp 10.0.0.1 > 10.0.0.2', 'tcp 10.0.0.1:9 > 10.0.0.2:80 flags S', 'udp [::1]:5 > [::2]:6 vlan 7'];
const expected = [
  {
    number: 1,
    verdict: 'drop',
    packet: 'icmp 10.0.0.1 > 10.0.0.2 type echo-request',
    rule_number: 1,
    rule: 'proto icmp',
    assumed: null,
  },
  {
    number: 2,
    verdict: 'drop',
    packet: 'tcp 10.0.0.1:9 > 10.0.0.2:80 flags syn',
    rule_number: 2,
    rule: 'src 10.0.0.0/8 dport 80',
    assumed: null,
  },
  { number: 3, verdict: 'pass', packet: 'udp [::1]:5 > [::2]:6 vlan 7', rule_number: null, rule: null, assumed: null },
];

function uint32(big: boolean, ...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries())
    big ? bytes.writeUInt32BE(value, 4 * i) : bytes.writeUInt32LE(value, 4 * i);
  return bytes;
}

/** A pcap file; the last packet is cut after `snap` bytes. */
function pcap(frames: readonly Buffer[], { big = false, linkType = 1 } = {}): Buffer {
  const version = big ? uint32(big, 0x00020004) : uint32(big, 0x00040002);
  const header = [uint32(big, 0xa1b2c3d4), version, uint32(big, 0, 0, 65535, linkType)];
  return Buffer.concat([
    ...header,
    ...frames.flatMap((frame) => [uint32(big, 0, 0, frame.length, frame.length), frame]),
  ]);
}

/** A pcapng file, with a block that nobody knows, and options. */
function pcapng(frames: readonly Buffer[]): Buffer {
  const block = (type: number, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
    const length = uint32(false, padded.length + 12);
    return Buffer.concat([uint32(false, type), length, padded, length]);
  };
  return Buffer.concat([
    block(0x0a0d0d0a, uint32(false, 0x1a2b3c4d, 0x00000001, 0xffffffff, 0xffffffff)),
    block(1, uint32(false, 1, 65535)),
    block(0xbad, Buffer.from('whatever')),
    ...frames.map((frame) => block(6, uint32(false, 0, 0, 0, frame.length, frame.length), frame)),
  ]);
}

describe('--explain', () => {
  it('says which rule would decide about packets in words', async () => {
    const { stdout, status } = await explain(...rules, '--json', ...texts.flatMap((text) => ['--explain', text]));
    expect(status).toBe(0);
    expect(recordsOf(stdout)).toEqual(expected.map((row) => ({ v: 1, type: 'explained', ...row })));
  });

  it('is a table for people', async () => {
    const { stdout } = await explain(...rules, '--explain', texts[1]);
    expect(linesOf(stdout).map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
      'NR VERDICT PACKET RULE DECIDED BY',
      '1 drop tcp 10.0.0.1:9 > 10.0.0.2:80 flags syn 2 src 10.0.0.0/8 dport 80',
    ]);
  });

  it.each([
    ['pcap', pcap],
    ['pcap of another machine', (frames: readonly Buffer[]) => pcap(frames, { big: true })],
    ['pcapng', pcapng],
  ])('reads %s', async (_, make) => {
    const file = join(testFolder(), 'capture');
    writeFileSync(file, make(texts.map(parsePacket)));
    const { stdout } = await explain(...rules, '--json', '--explain', file);
    expect(recordsOf(stdout)).toMatchObject(expected);
  });

  it('takes bytes in hexadecimal, and says what malformed ones are', async () => {
    const hex = parsePacket('tcp [::1]:1 > [::2]:2 flags FPU').toString('hex');
    const { stdout } = await explain('--malformed', 'tcp-xmas', '--json', '--explain', hex);
    expect(recordsOf(stdout)).toMatchObject([
      {
        verdict: 'drop',
        packet: 'tcp [::1]:1 > [::2]:2 flags fin,psh,urg malformed tcp-xmas',
        rule: 'malformed tcp-xmas',
      },
    ]);
  });

  it('says which conditions no single packet tells', async () => {
    const rule = ['--rule', 'proto icmp rate 100 percent 5', '--explain', texts[0]];
    expect(linesOf((await explain(...rule)).stdout)[1]).toMatch(
      / 1 proto icmp rate 100 percent 5 \(assumed: rate and percent\)$/,
    );
    expect(recordsOf((await explain('--json', ...rule)).stdout)).toMatchObject([
      { verdict: 'drop', rule: 'proto icmp rate 100 percent 5', assumed: 'rate,percent' },
    ]);
  });

  it.each([
    ['a text that is no packet', 'udp 1.2.3.4', 'is no packet'],
    ['an unknown word', 'udp 1.2.3.4 > 1.2.3.5 flag S', 'unknown word in a packet "flag" (did you mean "flags"?)'],
    ['a file of something else', '/proc/self/status', 'no pcap or pcapng file'],
  ])('refuses %s', async (_, what, message) => {
    const { status, stderr, stdout } = await explain('--proto', 'icmp', '--explain', what);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('refuses a capture without Ethernet headers, and one that is cut off', async () => {
    const file = join(testFolder(), 'capture');
    const frames = texts.map(parsePacket);
    writeFileSync(file, pcap(frames, { linkType: 113 }));
    expect((await explain('--proto', 'icmp', '--explain', file)).stderr).toContain(
      'no Ethernet header (link type 113)',
    );
    writeFileSync(file, pcap(frames).subarray(0, -10));
    expect((await explain('--proto', 'icmp', '--explain', file)).stderr).toContain('cut off after 2 packets');
  });

  it('leaves nothing behind', async () => {
    await leavesNothing(async () => void (await explain('--proto', 'icmp', '--explain', texts[0])));
  });
});
