import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

type Kind = 'prog' | 'map' | 'link';

/** Something in the kernel, by bpftool's kind and id. */
export interface Witnessed {
  readonly kind: Kind;
  readonly id: number;
}

/** The BPF programs, maps and links that a process holds, by its descriptors. */
export function heldBy(pid: number | 'self'): Witnessed[] {
  const found = new Map<string, Witnessed>();
  for (const fd of readdirSync(`/proc/${pid}/fdinfo`)) {
    const info = readIfThere(`/proc/${pid}/fdinfo/${fd}`);
    for (const [, kind, id] of info.matchAll(/^(prog|map|link)_id:\t(\d+)$/gm)) {
      found.set(`${kind} ${id}`, { kind: kind as Kind, id: Number(id) });
    }
  }
  return [...found.values()];
}

/** What the kernel says of each program that this process holds (proc_pid_fdinfo(5)). */
export function heldPrograms(): string[] {
  const infos = readdirSync('/proc/self/fdinfo').map((fd) => readIfThere(`/proc/self/fdinfo/${fd}`));
  return infos.filter((info) => info.includes('\nprog_id:') && !info.includes('\nlink_id:'));
}

/** Descriptor → what it is, for comparison before and after. */
export function descriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      // the number is not that of another run of the same thing
      return [readlinkSync(`/proc/self/fd/${fd}`).replace(/\[\d+\]/, '')];
    } catch {
      return []; // the directory's own
    }
  });
}

/** Threads of this process by name. */
export function threads(): string[] {
  return readdirSync('/proc/self/task').map((tid) => readIfThere(`/proc/self/task/${tid}/comm`).trim());
}

/** Whether the kernel still has it: asks bpftool, not our own code. */
export function exists({ kind, id }: Witnessed): boolean {
  const { stdout, error } = spawnSync('bpftool', ['-j', kind, 'show', 'id', String(id)], { encoding: 'utf8' });
  if (error) throw error;
  const shown: { id?: number; error?: string } = JSON.parse(stdout);
  if (shown.id === id) return true;
  if (shown.error?.includes('No such file or directory')) return false;
  throw new Error(`bpftool ${kind} ${id}: ${stdout}`);
}

/** The kernel frees after a grace period: asks until all are gone. @returns those that are not, after 10 s */
export async function survivors(things: readonly Witnessed[]): Promise<Witnessed[]> {
  const deadline = performance.now() + 10_000;
  let left = things.filter(exists);
  while (left.length && performance.now() < deadline) {
    await setTimeout(20);
    left = left.filter(exists);
  }
  return left;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // closed or ended since
  }
}
