import { networkInterfaces } from 'node:os';
import { ipBytes } from '../../btf/ipaddr.ts';
import type { Gateway, Session } from '../../host/lifelines.ts';

/** Shortest Ethernet frame without its checksum: IEEE 802.3. */
const SHORTEST = 60;
const TYPE = { ipv4: 0x0800, ipv6: 0x86dd, arp: 0x0806 } as const;
const PROTOCOL = { tcp: 6, icmpv6: 58, experiment: 253 } as const;
/** What is not known: an address of nobody's, locally administered. */
const SOMEBODY = '02:00:00:00:00:01';

/** Frames as they come in at an interface. They are for judging only: their checksums are 0. */
export interface Frames {
  /** Data of a TCP connection. */
  session(session: Session): Buffer;
  /** What tells this machine the gateway's hardware address: ARP (RFC 826), or a neighbour advertisement (RFC 4861). */
  resolution(gateway: Gateway): Buffer;
  /** A packet of the gateway's own, of a protocol that nobody names (RFC 3692). */
  fromGateway(gateway: Gateway): Buffer;
}

/** @param name of the interface @param mac of whoever sends what comes from far away */
export function framesFor(name: string, mac = SOMEBODY): Frames {
  const [{ mac: own = SOMEBODY } = {}] = networkInterfaces()[name] ?? [];
  const frame = (from: string, type: number, packet: Buffer) => {
    const bytes = Buffer.concat([macBytes(own), macBytes(from), number(type, 2), packet]);
    return Buffer.concat([bytes, Buffer.alloc(Math.max(0, SHORTEST - bytes.length))]);
  };
  const ip = (from: string, source: string, destination: string, protocol: number, payload: Buffer) =>
    source.includes(':')
      ? frame(from, TYPE.ipv6, ipv6(source, destination, protocol, payload))
      : frame(from, TYPE.ipv4, ipv4(source, destination, protocol, payload));
  const ownAddress = (like: string) => {
    const family = like.includes(':') ? 'IPv6' : 'IPv4';
    return networkInterfaces()[name]?.find((each) => each.family === family)?.address ?? like;
  };
  return {
    session({ raddr, rport, laddr, lport }) {
      const header = [number(rport, 2), number(lport, 2), number(1, 4), number(1, 4), [0x50, 0x18], number(512, 2)];
      return ip(
        mac,
        raddr,
        laddr,
        PROTOCOL.tcp,
        Buffer.concat([...header.map((part) => Buffer.from(part)), Buffer.alloc(40)]),
      );
    },
    resolution({ address, mac: known = SOMEBODY }) {
      if (address.includes(':')) {
        const advertisement = Buffer.concat([
          Buffer.from([136, 0, 0, 0, 0x60, 0, 0, 0]),
          Buffer.from(ipBytes(address)),
        ]);
        return ip(known, address, ownAddress(address), PROTOCOL.icmpv6, advertisement);
      }
      const heads = Buffer.from([0, 1, 8, 0, 6, 4, 0, 2]);
      const ends = [macBytes(known), v4(address), macBytes(own), v4(ownAddress(address))];
      return frame(known, TYPE.arp, Buffer.concat([heads, ...ends]));
    },
    fromGateway: ({ address, mac: known = SOMEBODY }) =>
      ip(known, address, ownAddress(address), PROTOCOL.experiment, Buffer.alloc(32)),
  };
}

/** RFC 791 */
function ipv4(source: string, destination: string, protocol: number, payload: Buffer): Buffer {
  const head = [[0x45, 0], number(20 + payload.length, 2), [0, 0, 0x40, 0], [64, protocol, 0, 0]];
  return Buffer.concat([...head.map((part) => Buffer.from(part)), v4(source), v4(destination), payload]);
}

/** RFC 8200. Advertisements of neighbours come with the greatest hop limit. */
function ipv6(source: string, destination: string, protocol: number, payload: Buffer): Buffer {
  const head = Buffer.concat([Buffer.from([0x60, 0, 0, 0]), number(payload.length, 2), Buffer.from([protocol, 255])]);
  return Buffer.concat([head, ipBytes(source), ipBytes(destination), payload]);
}

const v4 = (address: string) => Buffer.from(ipBytes(address)).subarray(12);

function macBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}

function number(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
