import { readFileSync } from 'node:fs';
import { ipBytes, ipText } from '../btf/ipaddr.ts';

/** Address → its first name in the hosts file, hosts(5); empty where that cannot be read. */
export function hostsFile(path = '/etc/hosts'): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of linesOf(path)) {
    const [address, name] = line.replace(/#.*/, '').trim().split(/\s+/);
    const key = canonical(address);
    if (key !== undefined && name !== undefined && !names.has(key)) names.set(key, name);
  }
  return names;
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function canonical(address: string): string | undefined {
  try {
    return ipText(ipBytes(address), 0);
  } catch {
    return undefined; // a comment, or an address with a zone
  }
}
