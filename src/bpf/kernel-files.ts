import { existsSync, readFileSync } from 'node:fs';
import { mounts } from '../host/mounts.ts';
import { openMailbox } from './mailbox.ts';
import { step } from './step.ts';

/** A file system that the kernel shows itself in. */
export type KernelFileSystem = 'tracefs' | 'securityfs';

/**
 * Reads a file of the kernel's: from where its file system is mounted, else through a mount that no one else sees.
 * @param path below the root, 'events/sched/sched_switch/id'
 * @throws the system's error when the file cannot be read; BpfError when the file system is out of reach
 */
export function readKernelFile(type: KernelFileSystem, path: string): string {
  const visible = visibleRoots(type).find((root) => existsSync(`${root}/${path.split('/')[0]}`));
  if (visible) return readFileSync(`${visible}/${path}`, 'utf8');
  const fd = step(`open ${type}`, () => openMailbox().native.kit_private_mount(type));
  try {
    return readFileSync(`/proc/self/fd/${fd}/${path}`, 'utf8');
  } finally {
    openMailbox().native.close(fd);
  }
}

/** Where it may be seen (another mount may cover it); debugfs mounts tracefs below itself when it is looked at. */
function visibleRoots(wanted: KernelFileSystem): string[] {
  return mounts().flatMap(({ path, type }) => {
    if (type === wanted) return [path];
    return wanted === 'tracefs' && type === 'debugfs' ? [`${path}/tracing`] : [];
  });
}
