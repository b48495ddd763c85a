import { execFileSync } from 'node:child_process';
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
  return idsOf(kind).has(id);
}

/** Of all that the kernel has of a kind. */
function idsOf(kind: Kind): Set<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      const shown: { id: number }[] = JSON.parse(
        execFileSync('bpftool', ['-j', kind, 'show'], { encoding: 'utf8', stdio: 'pipe' }),
      );
      return new Set(shown.map(({ id }) => id));
    } catch (error) {
      // it fails when something ends between being listed and being looked at
      if (attempt === 50) throw error;
    }
  }
}

/** The kernel frees after a grace period: asks until all are gone. @returns those that are not, after 10 s */
export async function survivors(things: readonly Witnessed[]): Promise<Witnessed[]> {
  const deadline = performance.now() + 10_000;
  let left = [...things];
  for (;;) {
    const ids = new Map(left.map(({ kind }) => [kind, new Set<number>()]));
    for (const kind of ids.keys()) ids.set(kind, idsOf(kind));
    left = left.filter(({ kind, id }) => ids.get(kind)?.has(id));
    if (!left.length || performance.now() > deadline) return left;
    await setTimeout(20);
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // closed or ended since
  }
}
