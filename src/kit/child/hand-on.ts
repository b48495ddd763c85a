import { readFileSync } from 'node:fs';
import type { Signals } from '../stream/signals.ts';
import { shellStatus } from './end.ts';
import type { Child } from './hold.ts';

/** Those by which people and supervisors speak to a command. */
const HANDED_ON = [
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
  'SIGWINCH',
] as const;
/** The terminal sends these to all of its foreground processes. */
const OF_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGCONT', 'SIGWINCH']);
/** Those that ask for an end. */
const ENDING: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP']);

/**
 * Signals that come to this process are the command's: it decides what becomes of them, and its tracer ends after it.
 * What the terminal has sent to the command as well is not sent twice.
 */
export function handOnSignals(child: Child): Signals {
  let received = false;
  const handOn = (signal: NodeJS.Signals) => {
    received ||= ENDING.has(signal);
    if (!OF_TERMINAL.has(signal) || !isInForeground()) child.kill(signal);
  };
  for (const signal of HANDED_ON) process.on(signal, handOn);
  return {
    get received() {
      return received;
    },
    close() {
      for (const signal of HANDED_ON) process.off(signal, handOn);
    },
  };
}

/** Whether this process, and so its child, is in the group that its terminal speaks to: proc_pid_stat(5). */
function isInForeground(): boolean {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return group === foreground;
}

/**
 * Dies of Ctrl-C, if the command has: by that alone a shell knows that it was not handled, and ends its script, too.
 * @param status with which the tool would end otherwise
 */
export async function dieLike(child: Child, status: number): Promise<void> {
  const end = await child.ended;
  if (end.signal === 'SIGINT' && status === shellStatus(end) && isInForeground()) process.kill(process.pid, 'SIGINT');
}
