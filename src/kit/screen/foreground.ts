import { readFileSync } from 'node:fs';

/**
 * Whether this process may read its terminal and change its settings now: one in the background is stopped when it
 * tries (SIGTTIN, SIGTTOU). True where there is no job control.
 */
export function inForeground(stat: string = ownStat()): boolean {
  // proc(5): after the name, which may hold anything: state, ppid, pgrp, session, tty_nr, tpgid
  const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return terminal === '0' || terminal === undefined || group === foreground;
}

function ownStat(): string {
  try {
    return readFileSync('/proc/self/stat', 'latin1');
  } catch {
    return '';
  }
}
