import { readFileSync } from 'node:fs';

/** This process, the one that made it, and so on, as far as they can be seen (proc_pid_stat(5)). */
export function ancestors(): readonly number[] {
  const pids: number[] = [];
  for (let pid = process.pid; pid > 0; pid = parentOf(pid)) pids.push(pid);
  return pids;
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // the command's name in parentheses may contain anything
    return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]);
  } catch {
    return 0;
  }
}
