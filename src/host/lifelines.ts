import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ipText } from '../btf/ipaddr.ts';
import { ancestors } from './ancestors.ts';

/** The remote and the local end of a TCP connection. */
export interface Session {
  readonly raddr: string;
  readonly rport: number;
  readonly laddr: string;
  readonly lport: number;
}

/** A router that everything goes to that has no route of its own. */
export interface Gateway {
  readonly address: string;
  readonly interface: string;
  /** undefined: it is not known (yet). */
  readonly mac?: string;
}

/**
 * The SSH connections that this process hangs on, as far as they end in this network namespace: those that sshd has
 * written into the environment of this process or one above it (sudo takes it away), and those of an sshd above it.
 */
export function sshSessions(): readonly Session[] {
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []),
  );
  const found = ancestors().flatMap((pid) => [...fromEnvironment(pid), ...ofServer(pid)]);
  const known = new Map(found.map((each) => [JSON.stringify(each), each]));
  return [...known.values()].filter(({ laddr }) => own.has(laddr));
}

/** ssh(1): client's address and port, server's address and port. */
function fromEnvironment(pid: number): readonly Session[] {
  const text = pid === process.pid ? (process.env.SSH_CONNECTION ?? '') : environmentOf(pid);
  // link-local addresses carry the name of their interface
  const [raddr, rport, laddr, lport] = text.split(' ').map((word) => word.replace(/%.*/, ''));
  return isIP(raddr) && isIP(laddr ?? '') ? [{ raddr, rport: Number(rport), laddr, lport: Number(lport) }] : [];
}

function environmentOf(pid: number): string {
  const [, text = ''] = /(?:^|\0)SSH_CONNECTION=([^\0]*)/.exec(read(`/proc/${pid}/environ`)) ?? [];
  return text;
}

/** The connections that a server of SSH has open: `sshd`, since OpenSSH 9.8 `sshd-session`; `dropbear`. */
function ofServer(pid: number): readonly Session[] {
  if (!/^(sshd|dropbear)/.test(read(`/proc/${pid}/comm`))) return [];
  const inodes = new Set(socketsOf(pid));
  return ['tcp', 'tcp6'].flatMap((table) =>
    read(`/proc/${pid}/net/${table}`)
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
        if (state !== ESTABLISHED || !inodes.has(inode)) return [];
        const [laddr, lport] = endOf(local);
        const [raddr, rport] = endOf(remote);
        return [{ raddr, rport, laddr, lport }];
      }),
  );
}

const ESTABLISHED = '01';

function socketsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

/** An address in words of this machine's byte order, hexadecimal, and a port. */
function endOf(text: string): [address: string, port: number] {
  const [address, port] = text.split(':');
  return [hexAddress(address), Number.parseInt(port, 16)];
}

function hexAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex').swap32();
  return ipText(
    bytes.length === 16 ? bytes : Buffer.concat([Buffer.from('00000000000000000000ffff', 'hex'), bytes]),
    0,
  );
}

/** The default routers of this network namespace (proc_net_route, ipv6_route). */
export function gateways(): readonly Gateway[] {
  const macs = neighbours();
  const ipv4 = rows('route').flatMap(([dev, to, via, , , , , mask]) => {
    const isDefault = to === '00000000' && mask === '00000000' && via !== '00000000';
    return isDefault ? [{ address: hexAddress(via), interface: dev }] : [];
  });
  const ipv6 = rows('ipv6_route', 0).flatMap((words) => {
    const [to, length, , , via] = words;
    const isDefault = /^0+$/.test(to) && length === '00' && !/^0+$/.test(via);
    return isDefault ? [{ address: ipText(Buffer.from(via, 'hex'), 0), interface: words[9] }] : [];
  });
  return [...ipv4, ...ipv6].map((each) => ({ ...each, mac: macs.get(`${each.address} ${each.interface}`) }));
}

/** Of IPv4 only: those of IPv6 are not in /proc. */
function neighbours(): ReadonlyMap<string, string> {
  return new Map(
    rows('arp')
      .filter(([, , , mac]) => mac !== '00:00:00:00:00:00')
      .map(([address, , , mac, , dev]) => [`${address} ${dev}`, mac]),
  );
}

function rows(table: string, heads = 1): readonly string[][] {
  const lines = read(`/proc/self/net/${table}`).split('\n').slice(heads);
  return lines.filter(Boolean).map((line) => line.trim().split(/\s+/));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // ended since, not ours, or a kernel without that
  }
}
