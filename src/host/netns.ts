import { statSync } from 'node:fs';
import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';

/** Where ip-netns(8) keeps namespaces that have a name. */
const NAMED = '/run/netns';

/**
 * The network namespace that a command line means, as its inode number: BPF programs know it by that.
 * @param text that number, a name that `ip netns` lists, or a path such as /proc/PID/ns/net
 * @throws UsageError when there is none
 */
export function resolveNetns(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff && Number(text) > 0) return Number(text);
  const path = text.includes('/') ? text : `${NAMED}/${text}`;
  try {
    if (text !== '' && text !== '.' && text !== '..') return statSync(path).ino;
  } catch {
    // said below
  }
  throw new UsageError(
    `no network namespace "${escapeText(text)}"`,
    'name one of `ip netns list`, a path such as /proc/PID/ns/net, or its inode number',
  );
}

/** Inode number of the network namespace that this process is in. */
export const ownNetns = (): number => statSync('/proc/self/ns/net').ino;
