import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Which processes hold which BPF links open: link id → process ids, as far as this process may look (proc_pid_fd(5)). */
export function linkHolders(): ReadonlyMap<number, readonly number[]> {
  const holders = new Map<number, number[]>();
  for (const pid of entries('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of entries(`/proc/${pid}/fd`)) {
      const id = linkOf(`/proc/${pid}`, fd);
      if (id !== undefined) holders.set(id, [...new Set([...(holders.get(id) ?? []), Number(pid)])]);
    }
  }
  return holders;
}

function linkOf(process: string, fd: string): number | undefined {
  try {
    if (!readlinkSync(`${process}/fd/${fd}`).includes('bpf')) return undefined;
    const [, id] = /^link_id:\t(\d+)$/m.exec(readFileSync(`${process}/fdinfo/${fd}`, 'utf8')) ?? [];
    return id === undefined ? undefined : Number(id);
  } catch {
    return undefined; // closed, or ended since
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
