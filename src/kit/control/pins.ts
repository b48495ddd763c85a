import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readlinkSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { linkState, openPinned, pin } from '../../bpf/links.ts';
import { ancestors } from '../../host/ancestors.ts';
import { mounts } from '../../host/mounts.ts';
import { ownNetns } from '../../host/netns.ts';
import { ExitCode, KitError } from '../errors.ts';
import type { Interface } from './define.ts';

/** Where users of libbpf and iproute2 look for it. */
const USUAL = '/sys/fs/bpf';
/** All pins of this house are below it. */
const OWN = 'ebpf-kit';

/** A link that stays attached without a process. */
export interface Pin {
  readonly path: string;
  readonly tool: string;
  /** Id of the link. */
  readonly link: number;
}

/**
 * BPF file systems, with the path that leads there: of this mount namespace, else of the nearest process above that
 * has one. What `ip netns exec` runs is in a mount namespace without, and one made there would end with the command.
 */
function roots(): readonly string[] {
  for (const pid of ancestors()) {
    const paths = bpfMounts(pid);
    if (paths.length > 0) return pid === process.pid ? paths : paths.map((path) => `/proc/${pid}/root${path}`);
  }
  return [];
}

/** Empty, too, where the process may not be looked into. */
function bpfMounts(pid: number): readonly string[] {
  try {
    readlinkSync(`/proc/${pid}/root`);
    // one may be mounted over another
    return [...new Set(mounts(`${pid}`).flatMap(({ path, type }) => (type === 'bpf' ? [path] : [])))];
  } catch {
    return [];
  }
}

/** The process farthest above whose mount namespace can be seen: what is mounted there stays. */
function farthest(): { readonly pid: number; readonly isOwn: boolean } {
  const seen = ancestors().flatMap((pid) => {
    try {
      return [{ pid, namespace: readlinkSync(`/proc/${pid}/ns/mnt`) }];
    } catch {
      return [];
    }
  });
  const { pid = process.pid, namespace } = seen.at(-1) ?? {};
  return { pid, isOwn: namespace === seen[0]?.namespace };
}

/** Whether a BPF file system is there for others than those of this mount namespace, too. */
function lasts(root: string): boolean {
  const { pid, isOwn } = farthest();
  const there = bpfMounts(pid).map((path) => `/proc/${pid}/root${path}`);
  return isOwn || there.some((path) => deviceOf(path) === deviceOf(root));
}

/** undefined: it cannot be seen, as what lies under another mount. */
function deviceOf(path: string): number | undefined {
  try {
    return statSync(path).dev;
  } catch {
    return undefined;
  }
}

/**
 * Where pins go; mounts the file system where it is not.
 * @param tell told of that, and of pins that are not to last
 * @throws KitError
 */
export function pinRoot(tell: (message: string) => void): string {
  const [root] = roots();
  if (root !== undefined) {
    if (!lasts(root)) tell(`--pin: ${root} is of this mount namespace alone, and so are its pins: they end with it`);
    return root;
  }
  const remedy = `mount -t bpf bpf ${USUAL}`;
  const cause = '--pin: no BPF file system is mounted, and one that is mounted here would end with this command';
  if (!farthest().isOwn) throw new KitError(cause, ExitCode.failure, `outside of ip netns exec or unshare: ${remedy}`);
  try {
    execFileSync('mount', ['-t', 'bpf', 'bpf', USUAL], { stdio: 'pipe' });
  } catch {
    throw new KitError('--pin: no BPF file system is mounted, and none can be', ExitCode.failure, remedy);
  }
  tell(`mounted a BPF file system at ${USUAL}, where pins are kept`);
  return USUAL;
}

/** Keeps a link without a process. No names: a dot in one, as in eth0.100, is not allowed. @throws BpfError, KitError */
export function pinLink(root: string, tool: string, at: Interface, fd: number): string {
  const folder = `${root}/${OWN}/${tool}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = `${folder}/${ownNetns()}-${at.index}`;
  // of an interface that is gone, or a namespace whose number is used again: nothing is attached there any more
  rmSync(path, { force: true });
  pin(fd, path);
  return path;
}

/** All links that are pinned. */
export function pins(): readonly Pin[] {
  return roots().flatMap((root) =>
    entries(`${root}/${OWN}`).flatMap((tool) =>
      entries(`${root}/${OWN}/${tool}`).flatMap((name) => {
        const path = `${root}/${OWN}/${tool}/${name}`;
        const link = linkAt(path);
        return link === undefined ? [] : [{ path, tool, link }];
      }),
    ),
  );
}

function linkAt(path: string): number | undefined {
  try {
    using link = openPinned(path);
    return linkState(link.fd).id;
  } catch {
    return undefined; // removed since, or nothing of ours
  }
}

/** Removes a pin, and the folders that are empty then. */
export function unpin(path: string): void {
  rmSync(path, { force: true });
  try {
    rmdirSync(dirname(path));
    rmdirSync(dirname(dirname(path)));
  } catch {
    // others are there
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
