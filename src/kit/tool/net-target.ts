import { type NetPrefix, type PortRange, parseNets, parsePorts } from '../../host/net.ts';
import { resolveNetns } from '../../host/netns.ts';
import { flag, option } from './options.ts';
import type { Target } from './target.ts';

/** The TypeScript side of bpf/include/net-target.h: which connections a tool watches. */
export const netOptions = {
  ipv4: flag('-4, --ipv4', 'only IPv4'),
  ipv6: flag('-6, --ipv6', 'only IPv6'),
  laddr: option('--laddr <nets>', 'only these local addresses: 10.0.0.0/8,::1', (text) => parseNets(text, '--laddr')),
  raddr: option('--raddr <nets>', 'only these remote addresses or networks', (text) => parseNets(text, '--raddr')),
  resolve: flag('--resolve', 'show names for addresses, once they are known'),
  netns: option('--netns <name>', 'only this network namespace: a name, path or inode number', resolveNetns),
};

/** An option that takes ports: `80,443,8000-8100`. @param flags such as '-P, --port <ports>' */
export function portsOption(flags: string, doc: string) {
  const [name] = /--[a-z-]+/.exec(flags) ?? [flags];
  return option(flags, doc, (text) => parsePorts(text, name));
}

interface Watched {
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly laddr?: readonly NetPrefix[];
  readonly raddr?: readonly NetPrefix[];
  readonly netns?: number;
  readonly lports?: readonly PortRange[];
  readonly rports?: readonly PortRange[];
}

/** Only connections that all of these are true of. */
export function netTarget({ ipv4, ipv6, laddr, raddr, netns, lports, rports }: Watched): Target {
  return {
    constants: {
      target_ip: ipv4 === ipv6 ? 0 : ipv4 ? 4 : 6,
      target_netns: netns ?? 0,
      target_by_lport: lports !== undefined,
      target_by_rport: rports !== undefined,
      target_by_laddr: laddr !== undefined,
      target_by_raddr: raddr !== undefined,
    },
    prepare(object) {
      for (const [side, ranges] of [lports, rports].entries()) {
        if (ranges) object.update('target_ports', side as never, { bits: bitsOf(ranges) } as never);
      }
      for (const [side, nets] of [laddr, raddr].entries()) {
        for (const { addr, bits } of nets ?? []) {
          const prefix = { prefixlen: 32 + bits, side, addr };
          object.update('target_nets', prefix as never, 1 as never);
        }
      }
    },
  };
}

/** One bit for each port, in words of 32: struct port_set. */
export function bitsOf(ranges: readonly PortRange[]): number[] {
  const words = new Uint32Array(65536 / 32);
  for (const [first, last] of ranges) {
    for (let port = first; port <= last; port++) words[port >> 5] |= 1 << (port & 31);
  }
  return [...words];
}
