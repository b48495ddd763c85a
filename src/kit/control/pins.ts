import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { linkState, openPinned, pin } from '../../bpf/links.ts';
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
 * BPF file systems, with the path that leads there: of this mount namespace, else of the first process's. What
 * `ip netns exec` runs is in a mount namespace that has none, and would end with the command.
 */
function roots(): readonly string[] {
  const own = bpfMounts('self');
  if (own.length > 0 || isFirst()) return own;
  return bpfMounts('1').map((path) => `/proc/1/root${path}`);
}

function bpfMounts(process: string): readonly string[] {
  try {
    return mounts(process).flatMap(({ path, type }) => (type === 'bpf' ? [path] : []));
  } catch {
    return []; // not ours to see
  }
}

/** Whether this mount namespace is the one of the first process, as far as that can be seen. */
function isFirst(): boolean {
  try {
    return readlinkSync('/proc/1/ns/mnt') === readlinkSync('/proc/self/ns/mnt');
  } catch {
    return true;
  }
}

/**
 * Where pins go; mounts the file system where it is not.
 * @param tell told of that
 * @throws KitError
 */
export function pinRoot(tell: (message: string) => void): string {
  const [root] = roots();
  if (root !== undefined) return root;
  const remedy = `mount -t bpf bpf ${USUAL}`;
  if (!isFirst()) throw new KitError('--pin: no BPF file system is mounted outside of here', ExitCode.failure, remedy);
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

export const unpin = (path: string): void => rmSync(path, { force: true });

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
