import { ExitCode, KitError, UsageError } from '../errors.ts';
import type { Loaded } from './attach-plan.ts';
import type { Setup, StreamTool } from './define.ts';
import type { Target } from './target.ts';

/** The TypeScript side of bpf/include/tree.h: how the processes of a tree are found. */
export const treePlan = {
  tree: {
    // all tasks are looked at twice: see there
    tp_btf: ['tree_forks_tp_btf', 'tree_frees_tp_btf', 'tree_members_iter', 'tree_members_iter'],
    raw_tp: ['tree_forks_raw_tp', 'tree_frees_raw_tp', 'tree_members_iter', 'tree_members_iter'],
  },
} as const;

/** Processes of a tree at a time, with those that have ended and are not freed yet. */
const ROOM = 65536;

/**
 * Only this process and its descendants: those that it has already, and those to come.
 * @param root its id in this process's own PID namespace
 * @param room how many processes at a time may be watched; further ones are counted as strays
 */
export function treeTarget(root: number, room: number = ROOM): Target {
  return {
    constants: { target_by_tree: true, tree_root: root },
    plan: treePlan,
    room: { tree_members: room },
    check(object) {
      if (object.readMap('tree_members').length === 0) {
        throw new KitError(`there is no process ${root} to follow`, ExitCode.failure);
      }
    },
    strays,
  };
}

/**
 * The setup of a tool that watches just a command.
 * @throws UsageError where that makes no sense
 */
export function ofTree(tool: Pick<StreamTool, 'name' | 'object'>, options: object, setup: Setup, root: number): Setup {
  if (!tool.object.maps.tree_members) throw new UsageError(`${tool.name} is not about processes: it traces no command`);
  if (setup.once) throw new UsageError('what is there already is no command to trace', 'leave out -- and the command');
  if ((options as { follow?: boolean }).follow)
    throw new UsageError('--follow and a command behind -- exclude each other');
  return { ...setup, targets: [...(setup.targets ?? []), treeTarget(root)] };
}

function strays(object: Loaded): number {
  return object.loaded ? ((object.lookup('tree_strays', 0 as never) as number | undefined) ?? 0) : 0;
}
