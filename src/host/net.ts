import { ipBytes } from '../btf/ipaddr.ts';
import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';

/** Ports from the first to the last, both included. */
export type PortRange = readonly [first: number, last: number];

/** Addresses that begin with the same bits. */
export interface NetPrefix {
  readonly addr: string;
  /** Of the 128 bits of an IPv6 address, or of an IPv4 one mapped into IPv6: 96 + its own. */
  readonly bits: number;
}

/**
 * `80,443,8000-8100`
 * @param what names the option in errors
 * @throws UsageError for what is no port from 1 to 65535, and for a range that ends before it begins
 */
export function parsePorts(text: string, what: string): readonly PortRange[] {
  return text.split(',').map((item): PortRange => {
    const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(item.trim()) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (first >= 1 && last <= 65535 && first <= last) return [first, last];
    throw new UsageError(
      `${what}: "${escapeText(item)}" is no port or range of ports`,
      'ports are 1 to 65535: write for example 80,443,8000-8100',
    );
  });
}

/**
 * `10.0.0.0/8,192.0.2.1,2001:db8::/32`: networks in CIDR notation (RFC 4632, RFC 4291 2.3) and single addresses. Bits
 * behind the prefix do not matter.
 * @param what names the option in errors
 * @throws UsageError for what is neither
 */
export function parseNets(text: string, what: string): readonly NetPrefix[] {
  return text.split(',').map((item) => {
    const net = parseNet(item.trim());
    if (net) return net;
    throw new UsageError(
      `${what}: "${escapeText(item)}" is no address and no network`,
      'write for example 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32',
    );
  });
}

function parseNet(text: string): NetPrefix | undefined {
  const [, addr, length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const whole = addr?.includes(':') ? 128 : 32;
  const own = length === undefined ? whole : Number(length);
  if (addr === undefined || own > whole || !isAddress(addr)) return undefined;
  return { addr, bits: 128 - whole + own };
}

function isAddress(text: string): boolean {
  try {
    return ipBytes(text).length === 16;
  } catch {
    return false;
  }
}
