import type { Defect } from '../../../src/rules/model.ts';
import { buildPacket } from '../../../src/xdp/packet.ts';
import { parsePacket } from '../../../src/xdp/packet-text.ts';
import { pick, type Random } from './random.ts';

/** An IPv6 frame with extension headers, each with the number of its own kind, in front of what a packet carries. */
export function withExtensions(frame: Buffer, ...kinds: readonly number[]): Buffer {
  const ip = frame.readUInt16BE(12) === 0x86dd ? 14 : 18;
  const carried = frame[ip + 6];
  const headers = kinds.map((kind, i) => {
    const header = Buffer.alloc(kind === 44 ? 8 : 16);
    header[0] = kinds[i + 1] ?? carried;
    // of AH in words less 2, of the others in 8 bytes less 1
    header[1] = kind === 44 ? 0 : kind === 51 ? 2 : 1;
    if (kind === 43) header[2] = 2;
    return header;
  });
  const whole = Buffer.concat([frame.subarray(0, ip + 40), ...headers, frame.subarray(ip + 40)]);
  const more = headers.reduce((sum, { length }) => sum + length, 0);
  whole.writeUInt16BE(frame.readUInt16BE(ip + 4) + more, ip + 4);
  whole[ip + 6] = kinds[0] ?? carried;
  return whole;
}

/** One frame for each defect but those that need several. */
export const brokenFrames: Readonly<Record<Exclude<Defect, 'overlapping-fragment'>, Buffer>> = {
  'ip-header': patched('udp 10.0.0.1:53 > 10.0.0.2:99', [14, 0x44]),
  'ip-length': patched('udp 10.0.0.1:53 > 10.0.0.2:99', [16, 0x40]),
  'ping-of-death': parsePacket('icmp 10.0.0.1 > 10.0.0.2 fragment 65528 length 200'),
  land: parsePacket('tcp 10.0.0.2:139 > 10.0.0.2:139 flags S'),
  'tiny-fragment': parsePacket('tcp 10.0.0.1 > 10.0.0.2 fragment 8 length 60'),
  'tcp-header': patched('tcp 10.0.0.1:1234 > 10.0.0.2:80 flags A', [46, 0x40]),
  'tcp-null': parsePacket('tcp 10.0.0.1:1234 > 10.0.0.2:80 flags none'),
  'tcp-xmas': parsePacket('tcp 10.0.0.1:1234 > 10.0.0.2:80 flags FPU'),
  'tcp-syn-fin': parsePacket('tcp 10.0.0.1:1234 > 10.0.0.2:80 flags SF'),
  'udp-length': patched('udp 10.0.0.1:53 > 10.0.0.2:99', [39, 7]),
  'icmp-header': patched('icmp 10.0.0.1 > 10.0.0.2', [17, 27]),
  'zero-port': parsePacket('udp 10.0.0.1:53 > 10.0.0.2:0'),
  'ipv6-extensions': withExtensions(parsePacket('udp [2001:db8::1]:53 > [2001:db8::2]:99'), 60, 0),
};

function patched(text: string, ...bytes: readonly (readonly [at: number, value: number])[]): Buffer {
  const frame = parsePacket(text);
  for (const [at, value] of bytes) frame[at] = value;
  return frame;
}

/** As many extension headers as are read, which are too many of one kind. */
export const longChain = withExtensions(parsePacket('udp [::1]:53 > [::2]:99'), ...new Array<number>(8).fill(60));

/** Frames of all kinds, none of them malformed. */
export function usualFrames(): Buffer[] {
  const texts = [
    'icmp 10.0.0.1 > 10.0.0.2',
    'icmpv6 2001:db8::1 > 2001:db8::2',
    'tcp 10.0.0.1:1234 > 10.0.0.2:80 flags S',
    'tcp 192.0.2.7:22 > 10.0.0.2:4000 flags PA length 200',
    'tcp [2001:db8::1]:1234 > [2001:db8:1::2]:443 flags SA',
    'udp 10.0.0.1:53 > 10.9.0.2:53 length 300',
    'udp [2001:db8::1]:53 > [fe80::2]:5353 vlan 100',
    'udp 10.0.0.1:9 > 10.0.0.2:9 vlan 100.200',
    'tcp 10.0.0.1:1 > 10.0.0.2:2 vlan 7 flags F',
    'sctp 10.0.0.1:5 > 10.0.0.2:6',
    'gre 10.1.0.1 > 10.0.0.2',
    'udp 10.0.0.1:53 > 10.0.0.2:53 fragment 0+ length 900',
    'udp 10.0.0.1 > 10.0.0.2 fragment 64 length 300',
    'tcp 10.0.0.1:5 > 10.0.0.2:6 fragment 0+ length 700',
    'tcp [2001:db8::1]:5 > [2001:db8::2]:6 fragment 0+ length 700',
    'tcp 2001:db8::1 > 2001:db8::2 fragment 640 length 200',
    'dccp 10.0.0.9:7 > 10.0.0.8:7 src-mac 02:00:00:00:00:ff',
    '020000000002020000000001 0806 0001080006040001 020000000001 0a000001 000000000000 0a000002',
  ];
  const v6 = parsePacket('udp [2001:db8::1]:53 > [2001:db8::2]:99');
  const tcp6 = parsePacket('tcp [2001:db8::5]:53 > [2001:db8::2]:99 vlan 9');
  return [
    ...texts.map(parsePacket),
    ...[[0], [60], [0, 60, 43], [44, 60], [51], [0, 43, 44, 51, 60], [60, 60]].map((kinds) =>
      withExtensions(v6, ...kinds),
    ),
    withExtensions(tcp6, 0, 60),
    buildPacket({
      proto: 47,
      source: { address: Uint8Array.of(1, 2, 3, 4) },
      destination: { address: Uint8Array.of(1, 2, 3, 4) },
      length: 100,
    }),
  ];
}

/** Bytes that decide something in headers. */
const TELLING = [0, 1, 4, 5, 6, 17, 43, 44, 51, 58, 59, 60, 0x08, 0x81, 0x86, 0x00, 0xdd, 0x88, 0xa8, 0x45, 0x46, 0xff];

/** A frame that has gone wrong in some way; from 14 bytes on. */
export function mutated(random: Random, frames: readonly Buffer[]): Buffer {
  let frame = Buffer.from(pick(random, frames));
  for (let left = random(4); left > 0; left--) {
    const at = random(Math.min(frame.length, 96));
    switch (random(6)) {
      case 0:
        frame[at] ^= 1 << random(8);
        break;
      case 1:
        frame[at] = pick(random, TELLING);
        break;
      case 2:
        frame[at] = random(256);
        break;
      case 3:
        frame = frame.subarray(0, 14 + random(frame.length - 13));
        break;
      case 4:
        frame = Buffer.concat([frame, Buffer.alloc(random(64), random(256))]);
        break;
      default: {
        const other = pick(random, frames);
        frame = Buffer.concat([frame.subarray(0, at), other.subarray(Math.min(at, other.length))]);
        if (frame.length < 14) frame = Buffer.from(other);
      }
    }
  }
  return frame;
}
