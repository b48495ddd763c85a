import { UsageError } from '../kit/errors.ts';

/** A packet of a capture file. */
export interface Captured {
  /** From 1 on. */
  readonly number: number;
  readonly bytes: Buffer;
  /** How long it was; more than its bytes where the capture has cut it. */
  readonly length: number;
}

/** Where packets begin with an Ethernet header: LINKTYPE_ETHERNET. */
const ETHERNET = 1;

/** Whether this is the beginning of a pcap or pcapng file. */
export const isCapture = (bytes: Buffer): boolean =>
  bytes.length >= 24 && (isNextGeneration(bytes) || !!pcapOrder(bytes));

const isNextGeneration = (bytes: Buffer) => bytes.readUInt32BE(0) === 0x0a0d0d0a;

/**
 * The packets of a pcap file (draft-ietf-opsawg-pcap) or a pcapng file (draft-ietf-opsawg-pcapng).
 * @param name of the file, for errors
 * @throws UsageError for one that is cut off or corrupt, and for packets without Ethernet headers
 */
export function* readCapture(bytes: Buffer, name: string): Generator<Captured> {
  const packets = isNextGeneration(bytes) ? readBlocks(bytes, name) : readRecords(bytes, name);
  let number = 0;
  try {
    for (const { linkType, ...packet } of packets) {
      if (linkType !== ETHERNET)
        throw new UsageError(
          `${name}: packet ${number + 1} has no Ethernet header (link type ${linkType})`,
          'capture at one interface: tcpdump -i eth0, not any',
        );
      yield { number: ++number, ...packet };
    }
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${name}: cut off after ${number} packets`);
    throw error;
  }
}

interface Linked extends Omit<Captured, 'number'> {
  readonly linkType: number;
}

/** Integers in the order of the machine that has written them. */
interface Order {
  u16(at: number): number;
  u32(at: number): number;
}

const orders = (bytes: Buffer): { readonly little: Order; readonly big: Order } => ({
  little: { u16: (at) => bytes.readUInt16LE(at), u32: (at) => bytes.readUInt32LE(at) },
  big: { u16: (at) => bytes.readUInt16BE(at), u32: (at) => bytes.readUInt32BE(at) },
});

/** Times are in µs or ns, which does not matter here. */
function pcapOrder(bytes: Buffer): Order | undefined {
  const { little, big } = orders(bytes);
  return [little, big].find(({ u32 }) => u32(0) === 0xa1b2c3d4 || u32(0) === 0xa1b23c4d);
}

function slice(bytes: Buffer, at: number, length: number): Buffer {
  if (at + length > bytes.length) throw new RangeError('cut off');
  return bytes.subarray(at, at + length);
}

function* readRecords(bytes: Buffer, name: string): Generator<Linked> {
  const order = pcapOrder(bytes);
  if (!order) throw new UsageError(`${name}: no capture file`);
  const linkType = order.u32(20) & 0xffff;
  for (let at = 24; at < bytes.length; ) {
    const captured = order.u32(at + 8);
    yield { bytes: slice(bytes, at + 16, captured), length: order.u32(at + 12), linkType };
    at += 16 + captured;
  }
}

function* readBlocks(bytes: Buffer, name: string): Generator<Linked> {
  const { little, big } = orders(bytes);
  let order = little;
  let interfaces: { readonly linkType: number; readonly snap: number }[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.readUInt32BE(at) === 0x0a0d0d0a) {
      order = bytes.readUInt32BE(at + 8) === 0x1a2b3c4d ? big : little;
      interfaces = [];
    }
    const [type, length] = [order.u32(at), order.u32(at + 4)];
    if (length < 12 || length % 4) throw new UsageError(`${name}: a block of ${length} bytes at ${at}: it is corrupt`);
    const body = slice(bytes, at, length);
    const own = body === bytes ? order : orders(body)[order === big ? 'big' : 'little'];
    if (type === 1) interfaces.push({ linkType: own.u16(8), snap: own.u32(12) });
    if (type === 6) {
      const linkType = interfaces[own.u32(8)]?.linkType ?? -1;
      yield { bytes: slice(body, 28, own.u32(20)), length: own.u32(24), linkType };
    }
    if (type === 3) {
      const { linkType = -1, snap = 0 } = interfaces[0] ?? {};
      const whole = own.u32(8);
      yield { bytes: slice(body, 12, Math.min(whole, snap || whole)), length: whole, linkType };
    }
    at += length;
  }
}
