import { realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ExitCode, KitError, UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';
import { mountPoint } from './mounts.ts';

/** One cgroup of version 2. */
export interface Cgroup {
  /** Below the root of the hierarchy as this machine (or container) sees it; '/' is the root. */
  readonly path: string;
  /** What BPF programs see as its id: the inode number of its directory, decimal. */
  readonly id: string;
  readonly directory: string;
}

/**
 * The cgroup that a command line means.
 * @param text an absolute path of its directory, or its path below the root of the hierarchy (as in /proc/PID/cgroup)
 * @param root where cgroup v2 is mounted: /sys/fs/cgroup, /sys/fs/cgroup/unified beside version 1, or anywhere; '' if it is not
 * @throws UsageError when there is no such cgroup; KitError where cgroup v2 is not mounted
 */
export function resolveCgroup(text: string, root: string = mountPoint('cgroup2') ?? ''): Cgroup {
  if (root === '') {
    throw new KitError('cgroup v2 is not mounted', ExitCode.unavailable, 'mount -t cgroup2 none /sys/fs/cgroup');
  }
  const base = realpathSync(root);
  const directory = [text, join(base, text)]
    .map(realDirectory)
    .find((path) => path !== undefined && within(base, path));
  if (directory === undefined || text === '') {
    throw new UsageError(
      `no cgroup "${escapeText(text)}"`,
      `the cgroups of this machine are the directories in ${root}`,
    );
  }
  const { ino } = statSync(directory, { bigint: true });
  return { path: join('/', relative(base, directory)), id: `${ino}`, directory };
}

function realDirectory(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return path.startsWith('/') && statSync(real).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

function within(base: string, path: string): boolean {
  return path === base || path.startsWith(base.endsWith('/') ? base : `${base}/`);
}

/**
 * The 64 hexadecimal digits of the innermost container that a cgroup path names: Docker, containerd, CRI-O and Podman,
 * under systemd (`docker-<id>.scope`) and without (`/docker/<id>`). A container's monitor (`crio-conmon-<id>.scope`)
 * lies outside of it. Other containers (LXC, nspawn) have names instead of ids: undefined.
 */
export function containerId(path: string): string | undefined {
  if (path.length <= ID_LENGTH) return undefined;
  const ids = path.split('/').map((name) => CONTAINER.exec(name)?.[1]);
  return ids.findLast((id) => id !== undefined);
}

const ID_LENGTH = 64;
const CONTAINER = /(?:^|(?<!conmon)[-:])([0-9a-f]{64})(?:\.scope)?$/;
