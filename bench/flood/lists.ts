import { formatNet } from '../../src/rules/nets.ts';
import { buildPacket } from '../../src/xdp/packet.ts';
import { randomFrom } from '../../test/live/drop/random.ts';

/** Frames that are sent in turn, and bytes of each: bench/flood/flood.c has the same. */
export const FRAMES = 4096;
const FRAME = 60;
/** One of the frames is from somebody who is in no list. */
export const LEGITIMATE = 1;
const PORT = 9;
const UDP = 17;

/** A block list: networks that do not overlap, half of them single addresses. */
export function blockList(count: number): readonly string[] {
  const random = randomFrom(count);
  const blocks = new Set<number>();
  // none of 10.0.0.0/8, where the two hosts are
  while (blocks.size < count) blocks.add((11 + random(200)) * 65536 + random(65536));
  return [...blocks].map((block, i) => {
    const length = i % 2 ? 24 : 32;
    const word = block * 256 + (length === 32 ? random(256) : 0);
    return formatNet({ family: 4, words: [word], length });
  });
}

/** All frames of a flood: from addresses in the list, and one from the other host itself. */
export function floodFrames(list: readonly string[], hosts: Hosts): Buffer {
  const random = randomFrom(list.length);
  const sources = Array.from({ length: FRAMES - LEGITIMATE }, () => {
    const [address, length] = list[random(list.length)].split('/');
    return length ? address.replace(/\d+$/, `${random(256)}`) : address;
  });
  return Buffer.concat([hosts.from, ...sources].map((source) => frameFrom(source, hosts)));
}

export interface Hosts {
  readonly from: string;
  readonly to: string;
  /** Of `to`. */
  readonly mac: string;
}

function frameFrom(source: string, { to, mac }: Hosts): Buffer {
  const frame = buildPacket({
    proto: UDP,
    source: { address: bytesOf(source), port: 4000 },
    destination: { address: bytesOf(to), port: PORT },
    destinationMac: Buffer.from(mac.replaceAll(':', ''), 'hex'),
    length: FRAME,
  });
  const header = frame.subarray(14, 34);
  header.writeUInt16BE(checksum(header), 10);
  return frame;
}

const bytesOf = (address: string) => Uint8Array.from(address.split('.').map(Number));

/** RFC 1071; without one, the IP layer would drop what nobody else has. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let i = 0; i < header.length; i += 2) sum += header.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Counts what comes to the port of the flood from one address; says so for each line that it is sent. */
export const RECEIVER = `
  const socket = require('node:dgram').createSocket('udp4');
  let count = 0;
  socket.on('message', (_, { address }) => {
    if (address === process.argv[1]) count++;
  });
  socket.bind(${PORT}, () => {
    socket.setRecvBufferSize(2 ** 22);
    console.log('ready');
  });
  process.stdin.on('data', () => {
    console.log(count);
    count = 0;
  });
  process.stdin.on('end', () => process.exit());`;
