import { readFileSync } from 'node:fs';
import { bytesToString } from '../btf/bytes.ts';
import { monotonic } from './monotonic.ts';

/** How long what was read is believed, ms: a process may exec another program. */
const TRUST = 10_000;
const REMEMBERED = 4096;

const known = new Map<number, { readonly args: readonly string[] | null; readonly read: number }>();

/** The arguments of a process as it shows them itself; null: it is gone, or a thread of the kernel. */
export function commandLine(pid: number): readonly string[] | null {
  const before = known.get(pid);
  if (before && monotonic() - before.read < TRUST) return before.args;
  const args = read(pid);
  // of one that is gone, what was read while it was there stays true
  const kept = args ?? before?.args ?? null;
  if (known.size >= REMEMBERED) known.clear();
  known.set(pid, { args: kept, read: monotonic() });
  return kept;
}

function read(pid: number): readonly string[] | null {
  try {
    const bytes = readFileSync(`/proc/${pid}/cmdline`);
    const end = bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
    return bytes.length === 0 ? null : bytesToString(bytes.subarray(0, end)).split('\0');
  } catch {
    return null;
  }
}
