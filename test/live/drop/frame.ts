import { DEFECTS, type Defect } from '../../../src/rules/model.ts';

// What a frame says of itself, read in the plainest way: what bpf/include/xdp-packet.h does for the kernel.

/** Fields that are not there are undefined. */
export interface Fields {
  readonly length: number;
  readonly destinationMac: string;
  readonly sourceMac: string;
  readonly vlans: number[];
  family?: 4 | 6;
  source?: bigint;
  destination?: bigint;
  proto?: number;
  sport?: number;
  dport?: number;
  flags?: number;
  type?: number;
  fragment: boolean;
  readonly defects: Set<Defect>;
  /** Of a fragment: what it is a piece of, and where it begins and ends in that. */
  piece?: { readonly whole: string; readonly from: number; readonly to: number; readonly last: boolean };
}

const hex = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('hex');
const mac = (bytes: Uint8Array, at: number) => hex(bytes, at, at + 6).replace(/..(?=.)/g, '$&:');
const EXTENSIONS = [0, 43, 44, 51, 60];

export function readFrame(bytes: Buffer): Fields {
  const fields: Fields = {
    length: bytes.length,
    destinationMac: mac(bytes, 0),
    sourceMac: mac(bytes, 6),
    vlans: [],
    fragment: false,
    defects: new Set(),
  };
  let type = bytes.readUInt16BE(12);
  let at = 14;
  while (fields.vlans.length < 2 && (type === 0x8100 || type === 0x88a8)) {
    if (bytes.length < at + 4) return fields;
    fields.vlans.push(bytes.readUInt16BE(at) & 0xfff);
    type = bytes.readUInt16BE(at + 2);
    at += 4;
  }
  if (type === 0x0800) readV4(fields, bytes.subarray(at));
  if (type === 0x86dd) readV6(fields, bytes.subarray(at));
  return fields;
}

function readV4(fields: Fields, ip: Buffer): void {
  const { defects } = fields;
  if (ip.length < 20 || ip[0] >> 4 !== 4) return void defects.add('ip-header');
  fields.family = 4;
  fields.proto = ip[9];
  fields.source = BigInt(ip.readUInt32BE(12));
  fields.destination = BigInt(ip.readUInt32BE(16));
  const header = (ip[0] & 15) * 4;
  const total = ip.readUInt16BE(2);
  if (header < 20 || header > ip.length || total < header) return void defects.add('ip-header');
  if (total > ip.length) defects.add('ip-length');
  const offset = (ip.readUInt16BE(6) & 0x1fff) * 8;
  const more = (ip.readUInt16BE(6) & 0x2000) !== 0;
  fields.fragment = more || offset > 0;
  if (fields.fragment && offset + total > 65535) defects.add('ping-of-death');
  if (fields.fragment) {
    const whole = `4 ${hex(ip, 12, 20)} ${ip[9]} ${ip.readUInt16BE(4)}`;
    fields.piece = { whole, from: offset, to: offset + total - header, last: !more };
  }
  if (offset > 0) readLater(fields, offset);
  else readTransport(fields, ip.subarray(header, total), more);
}

function readV6(fields: Fields, ip: Buffer): void {
  const { defects } = fields;
  if (ip.length < 40 || ip[0] >> 4 !== 6) return void defects.add('ip-header');
  fields.family = 6;
  fields.source = BigInt(`0x${hex(ip, 8, 24)}`);
  fields.destination = BigInt(`0x${hex(ip, 24, 40)}`);
  const size = ip.readUInt16BE(4);
  if (40 + size > ip.length) defects.add('ip-length');
  let rest = ip.subarray(40, 40 + size);
  let next = ip[6];
  let more = false;
  const seen: number[] = [];
  while (EXTENSIONS.includes(next) && seen.length < 8) {
    const length = next === 44 ? 8 : next === 51 ? (rest[1] + 2) * 4 : (rest[1] + 1) * 8;
    if (rest.length < 8 || rest.length < length) return void defects.add('ipv6-extensions');
    const before = seen.filter((each) => each === next).length;
    const misplaced = next === 0 ? seen.length > 0 : before > (next === 60 ? 1 : 0);
    if (misplaced || (next === 43 && rest[2] === 0)) defects.add('ipv6-extensions');
    seen.push(next);
    const [header, was] = [rest, next];
    next = header[0];
    rest = rest.subarray(length);
    if (was !== 44) continue;
    const offset = header.readUInt16BE(2) & 0xfff8;
    more = (header.readUInt16BE(2) & 1) === 1;
    if (offset || more) {
      fields.fragment = true;
      if (offset + rest.length > 65535) defects.add('ping-of-death');
      const whole = `6 ${hex(ip, 8, 40)} ${header.readUInt32BE(4)}`;
      fields.piece = { whole, from: offset, to: offset + rest.length, last: !more };
    }
    if (offset) {
      if (!EXTENSIONS.includes(next)) fields.proto = next;
      readLater(fields, offset);
      return;
    }
  }
  if (EXTENSIONS.includes(next)) return void defects.add('ipv6-extensions');
  fields.proto = next;
  readTransport(fields, rest, more);
}

function readLater(fields: Fields, offset: number): void {
  if (fields.proto === 6 && offset < 20) fields.defects.add('tiny-fragment');
}

const SHORT: Readonly<Record<number, readonly [least: number, defect: Defect]>> = {
  1: [8, 'icmp-header'],
  6: [20, 'tcp-header'],
  17: [8, 'udp-length'],
  58: [8, 'icmp-header'],
};

/** @param begins the first one of several fragments */
function readTransport(fields: Fields, data: Buffer, begins: boolean): void {
  const { proto = -1, family, defects } = fields;
  if ((proto === 1 && family === 6) || (proto === 58 && family === 4)) return;
  const [least, defect] = SHORT[proto] ?? [0];
  if (data.length < least && defect) defects.add(begins ? 'tiny-fragment' : defect);
  if ([6, 17, 33, 132, 136].includes(proto) && data.length >= 4) {
    fields.sport = data.readUInt16BE(0);
    fields.dport = data.readUInt16BE(2);
    const same = fields.sport === fields.dport && fields.source === fields.destination;
    if (same && (proto === 6 || proto === 17)) defects.add('land');
  }
  if ((proto === 1 || proto === 58) && data.length >= 1) fields.type = data[0];
  if (proto === 6) readTcp(fields, data, begins);
  if (proto === 17 && data.length >= 8) {
    const length = data.readUInt16BE(4);
    if (length < 8 || (!begins && length > data.length)) defects.add('udp-length');
    if (fields.dport === 0) defects.add('zero-port');
  }
}

function readTcp(fields: Fields, data: Buffer, begins: boolean): void {
  const { defects } = fields;
  if (data.length >= 14) {
    fields.flags = data[13];
    const classic = data[13] & 0x3f;
    if (classic === 0) defects.add('tcp-null');
    if (classic === 0x29 || classic === 0x3f) defects.add('tcp-xmas');
    if ((classic & 3) === 3) defects.add('tcp-syn-fin');
  }
  if (data.length < 20) return;
  const header = (data[12] >> 4) * 4;
  if (header < 20 || (!begins && header > data.length)) defects.add('tcp-header');
  if (fields.sport === 0 || fields.dport === 0) defects.add('zero-port');
}

/** In the order of their names in the model. */
export const defectsOf = ({ defects }: Fields): Defect[] => DEFECTS.filter((defect) => defects.has(defect));

/** Which blocks of 8 bytes of each datagram have come, until it is complete. */
export class Pieces {
  readonly #datagrams = new Map<string, { readonly blocks: Set<number>; counted?: number; all?: number }>();

  /** Adds the defect to a fragment that overlaps one before. */
  see({ piece, defects }: Fields): void {
    if (!piece) return;
    const { whole, from, to, last } = piece;
    const end = Math.ceil(to / 8);
    const own = Array.from({ length: Math.max(0, end - from / 8) }, (_, i) => from / 8 + i);
    if (own.length === 0 || end > 8192) return;
    const datagram = this.#datagrams.get(whole) ?? { blocks: new Set() };
    this.#datagrams.set(whole, datagram);
    const overlaps = own.some((block) => datagram.blocks.has(block));
    if (overlaps) defects.add('overlapping-fragment');
    else datagram.counted = (datagram.counted ?? 0) + own.length;
    for (const block of own) datagram.blocks.add(block);
    if (overlaps) return;
    if (last) datagram.all = end;
    if (datagram.all && (datagram.counted ?? 0) >= datagram.all) this.#datagrams.delete(whole);
  }
}
