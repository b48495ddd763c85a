import { closeSync, openSync } from 'node:fs';
import type { BpfObject } from '../../bpf/object.ts';
import { type Cgroup, resolveCgroup } from '../../host/cgroups.ts';
import { resolveUser } from '../../host/users.ts';
import { option } from './options.ts';

/** The TypeScript side of bpf/include/target.h: which tasks a tool watches. */
export const targetOptions = {
  uid: option('-u, --uid <user>', 'only this user, by name or number', resolveUser),
  cgroup: option('--cgroup <path>', 'only this cgroup (v2) and those below it', resolveCgroup),
};

interface Targets {
  readonly uid?: number;
  readonly cgroup?: Cgroup;
}

/** The constants that make the kernel side decide. */
export function targetConstants({ uid, cgroup }: Targets) {
  return { target_by_uid: uid !== undefined, target_uid: uid ?? 0, target_by_cgroup: cgroup !== undefined };
}

/** Puts the cgroup into its map; between load and attach. */
export function prepareTargets(object: BpfObject, { cgroup }: Targets): void {
  if (!cgroup) return;
  const fd = openSync(cgroup.directory, 'r');
  try {
    object.update('target_cgroup', 0 as never, fd as never);
  } finally {
    closeSync(fd);
  }
}
