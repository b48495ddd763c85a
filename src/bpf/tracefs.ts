import { closeSync, existsSync, readFileSync } from 'node:fs';
import { mounts } from '../host/mounts.ts';
import { openMailbox } from './mailbox.ts';
import { step } from './step.ts';

/**
 * Reads a file of tracefs: from where it is mounted, else through a mount that no one else sees.
 * @param path below its root, 'events/sched/sched_switch/id'
 * @throws the system's error when the file cannot be read; BpfError when tracefs is out of reach
 */
export function readTracefs(path: string): string {
  // a mount can be covered by another one
  const visible = tracefsRoots().find((root) => existsSync(`${root}/events`));
  if (visible) return readFileSync(`${visible}/${path}`, 'utf8');
  const fd = step('open tracefs', () => openMailbox().native.kit_tracefs());
  try {
    return readFileSync(`/proc/self/fd/${fd}/${path}`, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** Where tracefs may be seen: its own mounts, and debugfs, which mounts it below itself when it is looked at. */
function tracefsRoots(): string[] {
  return mounts().flatMap(({ path, type }) =>
    type === 'tracefs' ? [path] : type === 'debugfs' ? [`${path}/tracing`] : [],
  );
}
