/** An end of a packet. */
export interface End {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port?: number;
}

/** What a packet is to be like; what is left out is as usual. */
export interface PacketSpec {
  readonly proto: number;
  readonly source: End;
  readonly destination: End;
  readonly flags?: number;
  readonly type?: number;
  /** Bytes of the whole frame; left out: the headers, and what fills up Ethernet's 60. */
  readonly length?: number;
  /** From the outer one on. */
  readonly vlans?: readonly number[];
  readonly sourceMac?: Uint8Array;
  readonly destinationMac?: Uint8Array;
  /** Of a fragment: where it begins, bytes, and whether others follow. */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
}

const [TCP, UDP, ICMP, ICMPV6] = [6, 17, 1, 58];
const WITH_PORTS = [TCP, UDP, 33, 132, 136];
/** Where no port is said: one that nobody is known by. */
const EPHEMERAL = 49152;
/** Without its FCS: IEEE 802.3. */
const SHORTEST_FRAME = 60;

/** The frame, with all lengths as they should be; checksums are 0, nobody looks at them. */
export function buildPacket(spec: PacketSpec): Buffer {
  const ethernet = ethernetHeader(spec);
  const isV6 = spec.source.address.length === 16;
  const transport = spec.fragment?.offset ? Buffer.alloc(8) : transportHeader(spec);
  const network = isV6 ? ipv6Header(spec) : ipv4Header(spec);
  const bare = ethernet.length + network.length + transport.length;
  const payload = Buffer.alloc(Math.max(0, (spec.length ?? bare) - bare));
  const size = transport.length + payload.length;
  if (isV6) network.writeUInt16BE(network.length - 40 + size, 4);
  else network.writeUInt16BE(network.length + size, 2);
  if (spec.proto === UDP && !spec.fragment?.offset) transport.writeUInt16BE(size, 4);
  const frame = Buffer.concat([ethernet, network, transport, payload]);
  const wanted = spec.length ?? SHORTEST_FRAME;
  return frame.length < wanted ? Buffer.concat([frame, Buffer.alloc(wanted - frame.length)]) : frame;
}

function ethernetHeader({ source, sourceMac, destinationMac, vlans = [] }: PacketSpec): Buffer {
  const header = Buffer.alloc(14 + 4 * vlans.length);
  header.set(destinationMac ?? [2, 0, 0, 0, 0, 2], 0);
  header.set(sourceMac ?? [2, 0, 0, 0, 0, 1], 6);
  for (const [i, id] of vlans.entries()) {
    // of several, the inner one is a customer's
    header.writeUInt16BE(i < vlans.length - 1 ? 0x88a8 : 0x8100, 12 + 4 * i);
    header.writeUInt16BE(id, 14 + 4 * i);
  }
  header.writeUInt16BE(source.address.length === 16 ? 0x86dd : 0x0800, header.length - 2);
  return header;
}

function ipv4Header({ proto, source, destination, fragment }: PacketSpec): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(1, 4);
  if (fragment) header.writeUInt16BE((fragment.offset >> 3) | (fragment.more ? 0x2000 : 0), 6);
  header[8] = 64;
  header[9] = proto;
  header.set(source.address, 12);
  header.set(destination.address, 16);
  return header;
}

function ipv6Header({ proto, source, destination, fragment }: PacketSpec): Buffer {
  const header = Buffer.alloc(fragment ? 48 : 40);
  header[0] = 0x60;
  header[6] = fragment ? 44 : proto;
  header[7] = 64;
  header.set(source.address, 8);
  header.set(destination.address, 24);
  if (fragment) {
    header[40] = proto;
    header.writeUInt16BE((fragment.offset & 0xfff8) | (fragment.more ? 1 : 0), 42);
    header.writeUInt32BE(1, 44);
  }
  return header;
}

function transportHeader({ proto, source, destination, flags = 0x02, type }: PacketSpec): Buffer {
  const header = Buffer.alloc(proto === TCP ? 20 : 8);
  if (proto === ICMP || proto === ICMPV6) {
    header[0] = type ?? (proto === ICMP ? 8 : 128);
    return header;
  }
  if (!WITH_PORTS.includes(proto)) return header;
  header.writeUInt16BE(source.port ?? EPHEMERAL, 0);
  header.writeUInt16BE(destination.port ?? EPHEMERAL + 1, 2);
  if (proto === TCP) {
    header[12] = 0x50;
    header[13] = flags;
  }
  return header;
}
