import { ipText } from '../btf/ipaddr.ts';

/** What a DNS reply says: the name that was asked for, and the addresses that it leads to. */
export interface DnsReply {
  /** As RFC 1035 5.1 writes it, without the last dot: printable ASCII only, other bytes as `\DDD`. */
  readonly name: string;
  readonly addresses: readonly string[];
}

const HEADER = 12;
const NAME_MAX = 255;
const [A, CNAME, AAAA] = [1, 5, 28];
const INTERNET = 1;
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** A name in a message, and where it ends. */
interface NameAt {
  readonly name: string;
  readonly end: number;
}

/**
 * Reads a reply to one question for addresses (RFC 1035 4.1). Records that do not belong to the name that was asked
 * for, or to where its aliases lead, do not count.
 * @param bytes from the network: anything
 * @returns undefined for what is no such reply; one that is cut off tells what stands before the cut
 */
export function parseDnsReply(bytes: Uint8Array): DnsReply | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint16(4) !== 1) return undefined;
  const asked = readName(bytes, HEADER);
  if (!asked || asked.end + 4 > bytes.length) return undefined;
  const type = view.getUint16(asked.end);
  if ((type !== A && type !== AAAA) || view.getUint16(asked.end + 2) !== INTERNET) return undefined;
  const addresses: string[] = [];
  let wanted = asked.name.toLowerCase();
  let at = asked.end + 4;
  for (let left = view.getUint16(6); left > 0; left--) {
    const owner = readName(bytes, at);
    if (!owner || owner.end + 10 > bytes.length) break;
    const data = owner.end + 10;
    const size = view.getUint16(owner.end + 8);
    at = data + size;
    if (at > bytes.length) break;
    if (view.getUint16(owner.end + 2) !== INTERNET || owner.name.toLowerCase() !== wanted) continue;
    const kind = view.getUint16(owner.end);
    if (kind === CNAME) wanted = readName(bytes, data)?.name.toLowerCase() ?? wanted;
    if (kind === A && size === 4) addresses.push(ipText(Uint8Array.of(...MAPPED, ...bytes.subarray(data, at)), 0));
    if (kind === AAAA && size === 16) addresses.push(ipText(bytes, data));
  }
  return { name: asked.name, addresses };
}

/** Each pointer must lead further to the front than all before, so no message can send the reader in circles. */
function readName(bytes: Uint8Array, start: number): NameAt | undefined {
  const labels: string[] = [];
  let end: number | undefined;
  let limit = start;
  let length = 1;
  for (let at = start; ; ) {
    const size = bytes[at];
    if (size === undefined) return undefined;
    if (size === 0) return { name: labels.join('.') || '.', end: end ?? at + 1 };
    if (size >= 0xc0) {
      const target = ((size & 0x3f) << 8) | (bytes[at + 1] ?? 0);
      if (at + 1 >= bytes.length || target >= limit) return undefined;
      end ??= at + 2;
      limit = target;
      at = target;
      continue;
    }
    length += size + 1;
    if (size > 63 || length > NAME_MAX || at + 1 + size > bytes.length) return undefined;
    labels.push(labelText(bytes.subarray(at + 1, at + 1 + size)));
    at += size + 1;
  }
}

function labelText(label: Uint8Array): string {
  let text = '';
  for (const byte of label) {
    if (byte <= 0x20 || byte >= 0x7f) text += `\\${`${byte}`.padStart(3, '0')}`;
    else text += byte === 0x2e || byte === 0x5c ? `\\${String.fromCharCode(byte)}` : String.fromCharCode(byte);
  }
  return text;
}
