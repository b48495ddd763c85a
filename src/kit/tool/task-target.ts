import { closeSync, existsSync, openSync } from 'node:fs';
import { type Cgroup, resolveCgroup } from '../../host/cgroups.ts';
import { resolveUser } from '../../host/users.ts';
import { UsageError } from '../errors.ts';
import { flag, option, parsePid } from './options.ts';
import type { Target } from './target.ts';
import { treeTarget } from './tree-target.ts';

/** The TypeScript side of bpf/include/target.h: which tasks a tool watches. */
export const userOptions = {
  uid: option('-u, --uid <user>', 'only this user, by name or number', resolveUser),
  cgroup: option('--cgroup <path>', 'only this cgroup (v2) and those below it', resolveCgroup),
};

const followOption = flag('--follow', 'with --pid: also its descendants, those of now and those to come');

/** bcc's -p, for tools that have it. */
export const pidOption = {
  pid: option('-p, --pid <pid>', 'only this process', parsePid),
  follow: followOption,
};

/** The same for tools whose -p means something else. */
export const longPidOption = {
  pid: option('--pid <pid>', 'only this process', parsePid),
  follow: followOption,
};

/** Only a process's children, for tools that include bpf/include/task.h. */
export const parentOption = {
  ppid: option('-P, --ppid <pid>', 'only children of this process', parsePid),
};

interface Watched {
  readonly pid?: number;
  readonly follow?: boolean;
  readonly tid?: number;
  readonly uid?: number;
  readonly cgroup?: Cgroup;
}

/** Only tasks that all of these are true of. @throws UsageError when it is not said what to follow */
export function taskTarget({ pid, follow, tid, uid, cgroup }: Watched): Target {
  if (follow && pid === undefined) throw new UsageError('--follow needs --pid: the process to follow');
  const { constants, ...tree } = follow && pid ? treeTarget(pid) : {};
  return {
    ...tree,
    constants: {
      ...constants,
      target_pid: (!follow && pid) || 0,
      target_tid: tid ?? 0,
      target_by_uid: uid !== undefined,
      target_uid: uid ?? 0,
      target_by_cgroup: cgroup !== undefined,
      target_cgroup_id: BigInt(cgroup?.id ?? 0),
    },
    prepare(object) {
      if (!cgroup) return;
      const fd = openSync(cgroup.directory, 'r');
      try {
        object.update('target_cgroup', 0 as never, fd as never);
      } finally {
        closeSync(fd);
      }
    },
    warnings: [...(follow ? [] : missing('process', pid)), ...missing('thread', tid)],
  };
}

/** Only children of this process. */
export function parentTarget({ ppid }: { readonly ppid?: number }): Target {
  return { constants: { target_ppid: ppid ?? 0 }, warnings: missing('process', ppid) };
}

/** /proc/ID also knows threads, which its list does not show. */
function missing(what: string, id: number | undefined): string[] {
  return id === undefined || existsSync(`/proc/${id}`) ? [] : [`there is no ${what} ${id} yet: waiting for it`];
}
