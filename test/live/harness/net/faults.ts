import { CABLE, type Host, meet, type Net } from './hosts.ts';

/**
 * Ways in which a network fails. Routes, neighbours and settings of the namespaces work on every kernel; one of them
 * says that it needs more.
 */

/** Nobody listens there: a connect is refused. */
export const CLOSED_PORT = 9;

/** Nobody's: what is sent to it vanishes without a word. */
const NOBODY = '02:77:00:00:00:99';

/** There is no route to these: a connect fails at once with ENETUNREACH. */
export const NO_ROUTE = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' } as const;

/** From now on all that `from` sends to the other one vanishes. */
export function cut(net: Net, from: 'near' | 'far'): void {
  meet(net[from], other(net, from), NOBODY);
}

/** Ends that. What TCP had sent meanwhile, it has to send again. */
export function mend(net: Net, from: 'near' | 'far'): void {
  meet(net[from], other(net, from), other(net, from).mac);
}

function other(net: Net, side: 'near' | 'far'): Host {
  return side === 'near' ? net.far : net.near;
}

/**
 * Addresses beyond the other host, to which it knows no way, and says so by ICMP: a connect fails with EHOSTUNREACH, or
 * with ENETUNREACH on IPv6. That is after 1 s and a second SYN: the first answer finds the caller still in its call.
 */
export function unreachable({ near, far }: Net): { readonly ipv4: string; readonly ipv6: string } {
  far.sysctl('net.ipv4.ip_forward', 1);
  far.sysctl('net.ipv6.conf.all.forwarding', 1);
  near.ip('route', 'replace', '10.78.0.0/24', 'via', far.ipv4);
  near.ip('-6', 'route', 'replace', 'fd78::/64', 'via', far.ipv6);
  far.ip('route', 'replace', 'unreachable', '10.78.0.0/24');
  far.ip('-6', 'route', 'replace', 'unreachable', 'fd78::/64');
  return { ipv4: '10.78.0.1', ipv6: 'fd78::1' };
}

/** Addresses to which the host itself refuses to send: a connect fails at once with EACCES. */
export function prohibited(host: Host): { readonly ipv4: string; readonly ipv6: string } {
  host.ip('route', 'replace', 'prohibit', '10.79.0.0/24');
  host.ip('-6', 'route', 'replace', 'prohibit', 'fd79::/64');
  return { ipv4: '10.79.0.1', ipv6: 'fd79::1' };
}

/**
 * Netfilter drops what comes to a port of the host, and counts it. Needs a kernel with nf_tables.
 * @param which of it, as nft has it: `meta length 100`
 * @param hook output: what the host sends to such a port
 */
export function filterPort(host: Host, port: number, which = '', hook: 'input' | 'output' = 'input'): void {
  host.run('nft', `add table inet test; add chain inet test ${hook} { type filter hook ${hook} priority 0; }`);
  host.run('nft', `add rule inet test ${hook} tcp dport ${port} ${which} counter drop`);
}

/** From now on the far host has another IPv4 address, and says by ICMP that its former one is unreachable. */
export function withdraw({ near, far }: Net): void {
  far.sysctl('net.ipv4.ip_forward', 1);
  far.ip('address', 'delete', `${far.ipv4}/24`, 'dev', CABLE);
  far.ip('address', 'add', '10.79.0.2/32', 'dev', CABLE);
  far.ip('route', 'add', near.ipv4, 'dev', CABLE);
  far.ip('route', 'add', 'unreachable', far.ipv4);
}
