import { type NetPrefix, type PortRange, parseNets } from '../../host/net.ts';
import { bitsOf, netOptions, netTarget, portsOption } from './net-target.ts';
import { flag, option } from './options.ts';
import type { Target } from './target.ts';

const netsOption = (name: string, doc: string) =>
  option(`${name} <nets>`, doc, (text: string) => parseNets(text, name));

/** The TypeScript side of bpf/include/packet-target.h: which packets a tool watches. */
export const packetOptions = {
  ipv4: netOptions.ipv4,
  ipv6: netOptions.ipv6,
  port: portsOption('-P, --port <ports>', 'only to or from these ports: 80,443,8000-8100'),
  sport: portsOption('--sport <ports>', 'only from these ports'),
  dport: portsOption('--dport <ports>', 'only to these ports'),
  addr: netsOption('--addr', 'only to or from these addresses: 10.0.0.0/8,::1'),
  saddr: netsOption('--saddr', 'only from these addresses or networks'),
  daddr: netsOption('--daddr', 'only to these addresses or networks'),
  resolve: flag('--resolve', 'show names for addresses, once they are known; columns sname, dname'),
  netns: netOptions.netns,
};

interface Watched {
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly port?: readonly PortRange[];
  readonly sport?: readonly PortRange[];
  readonly dport?: readonly PortRange[];
  readonly addr?: readonly NetPrefix[];
  readonly saddr?: readonly NetPrefix[];
  readonly daddr?: readonly NetPrefix[];
  readonly netns?: number;
}

/** EITHER of packet-target.h. */
const EITHER = 2;

/** Only packets that all of these are true of. */
export function packetTarget({ port, addr, saddr, daddr, sport, dport, ...net }: Watched): Target {
  const sides = netTarget({ ...net, laddr: saddr, raddr: daddr, lports: sport, rports: dport });
  return {
    constants: { ...sides.constants, target_by_port: port !== undefined, target_by_addr: addr !== undefined },
    prepare(object) {
      sides.prepare?.(object);
      if (port) object.update('target_port', 0 as never, { bits: bitsOf(port) } as never);
      for (const { addr: prefix, bits } of addr ?? []) {
        object.update('target_nets', { prefixlen: 32 + bits, side: EITHER, addr: prefix } as never, 1 as never);
      }
    },
  };
}
