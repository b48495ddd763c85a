import { BpfObject } from '../../bpf/object.ts';
import { resolveCgroup } from '../../host/cgroups.ts';
import { cpus } from '../../host/cpus.ts';
import { type Attached, attachPlan } from './attach-plan.ts';
import type { Setup, StreamTool } from './define.ts';
import { forcePlan, type Plan, programOf } from './plan.ts';

/** A tool as far as loading it goes; one without events has no ring. */
export type Loadable = Pick<StreamTool, 'object' | 'plan'> & Partial<Pick<StreamTool, 'event'>>;

/** A function that opens the tool's object anew, ready to load. @param ringSize in bytes; left out: as compiled */
export function opener(tool: Omit<Loadable, 'plan'>, setup: Setup, ringSize?: number): () => BpfObject {
  return () => {
    const object = BpfObject.open(tool.object);
    try {
      object.setConstants(setup.constants);
      for (const { constants, room = {} } of setup.targets ?? []) {
        object.setConstants(constants);
        for (const [map, entries] of Object.entries(room)) object.setMaxEntries(map, entries);
      }
      if (tool.object.maps.counts) object.setMaxEntries('counts', setup.maxCounts ?? 1);
      if (setup.maxCounts) object.setConstants({ counting: true });
      if (ringSize && tool.event) object.setMaxEntries(tool.event.map, ringSize);
      for (const [map, entries] of Object.entries(setup.sizes ?? {})) object.setMaxEntries(map, entries);
      // bpf/include/scratch.h: so many slots for each CPU number
      const scratch = tool.object.maps.scratch;
      if (scratch) object.setMaxEntries('scratch', (Math.max(...cpus('possible')) + 1) * scratch.maxEntries);
      return object;
    } catch (error) {
      object.close();
      throw error;
    }
  };
}

/** A function that fills the maps of what the tool watches; between load and attach. */
export function preparer({ targets = [] }: Setup): (object: BpfObject) => void {
  return (object) => {
    for (const { prepare } of targets) prepare?.(object);
  };
}

/** With what its targets know. */
export interface AttachedTool extends Attached {
  /** Processes that it should watch and does not, so far. */
  strays(): number;
}

/**
 * Loads and attaches what the setup observes.
 * @param options the names that --plan takes, and the size of the ring in bytes
 * @throws BpfError, PlanError, UsageError; nothing is left attached then
 */
export function attachTool(
  tool: Loadable,
  setup: Setup,
  options: { readonly plan?: string; readonly ringSize?: number },
): AttachedTool {
  if (setup.attach) return { ...setup.attach(options.ringSize), strays: () => 0 };
  const { targets = [] } = setup;
  const own: Plan = Object.fromEntries(setup.observe.map((name) => [name, tool.plan[name] ?? {}]));
  const needed: Plan = Object.assign({}, ...targets.map(({ plan }) => plan), own);
  const plan = options.plan === undefined ? needed : forcePlan(needed, options.plan);
  const attached = attachPlan(opener(tool, setup, options.ringSize), placed(plan, tool, setup), preparer(setup));
  try {
    for (const { check } of targets) check?.(attached.object);
    const strays = () => targets.reduce((sum, { strays }) => sum + (strays?.(attached.object) ?? 0), 0);
    return { ...attached, strays };
  } catch (error) {
    attached.object.close();
    throw error;
  }
}

/** With programs for cgroups attached to the one that the setup names. */
function placed(plan: Plan, { object }: Loadable, { place }: Setup): Plan {
  if (place === undefined) return plan;
  const { directory } = place === '/' ? resolveCgroup(place) : place;
  const target = { kind: 'cgroup', path: directory } as const;
  const hook = (program: string) => (object.programs[program].startsWith('cgroup') ? { program, target } : program);
  return Object.fromEntries(
    Object.entries(plan).map(([observation, ways]) => [
      observation,
      Object.fromEntries(Object.entries(ways).map(([way, hooks]) => [way, hooks.map(programOf).map(hook)])),
    ]),
  );
}
