import { BpfError } from '../../bpf/error.ts';
import type { Link } from '../../bpf/link.ts';
import type { BpfObject } from '../../bpf/object.ts';
import type { AttachTarget } from '../../bpf/target.ts';
import { UsageError } from '../errors.ts';

/** A program, attached where its section says, or to a target that is only known now. */
export type Hook<Program extends string = string> =
  | Program
  | { readonly program: Program; readonly target: AttachTarget };

/**
 * For each thing that a tool observes, the alternatives in order of preference: name → hooks that belong together.
 * The names are what --plan takes.
 */
export type Plan<Program extends string = string> = Readonly<
  Record<string, Readonly<Record<string, readonly Hook<Program>[]>>>
>;

/** An alternative that the kernel did not take. */
export interface Attempt {
  readonly observation: string;
  readonly alternative: string;
  readonly error: BpfError;
}

/** No alternative was left for something that the tool observes. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  constructor(
    readonly observation: string,
    readonly attempts: readonly Attempt[],
  ) {
    super(`no way to observe ${observation}`);
  }
}

export interface Attached {
  readonly object: BpfObject;
  /** Observation → the alternative in use. */
  readonly chosen: Readonly<Record<string, string>>;
  /** What was tried before, in order. */
  readonly attempts: readonly Attempt[];
}

const programOf = (hook: Hook): string => (typeof hook === 'string' ? hook : hook.program);

/**
 * Only the alternatives that --plan names; an observation that has none of the names keeps all of its own.
 * @param names separated by commas
 * @throws UsageError for a name that no observation has
 */
export function forcePlan(plan: Plan, names: string): Plan {
  const wanted = new Set(names.split(','));
  const known = new Set(Object.values(plan).flatMap(Object.keys));
  for (const name of wanted) {
    if (!known.has(name)) throw new UsageError(`unknown plan "${name}"`, `plans here: ${[...known].join(', ')}`);
  }
  return Object.fromEntries(
    Object.entries(plan).map(([observation, alternatives]) => {
      const forced = Object.entries(alternatives).filter(([name]) => wanted.has(name));
      return [observation, forced.length ? Object.fromEntries(forced) : alternatives];
    }),
  );
}

/** Loads and attaches the first alternative of each observation, or says which one it was that failed. */
function tryOnce(object: BpfObject, chosen: Map<string, readonly Hook[]>, prepare?: (object: BpfObject) => void) {
  const refused = (observation: string, error: unknown) => ({ observation, error: asBpfError(error) });
  for (const hooks of chosen.values()) for (const hook of hooks) object.setAutoload(programOf(hook), true);
  try {
    object.load();
  } catch (error) {
    const { program } = asBpfError(error);
    for (const [observation, hooks] of chosen) {
      if (hooks.some((hook) => programOf(hook) === program)) return refused(observation, error);
    }
    throw error;
  }
  prepare?.(object);
  for (const [observation, hooks] of chosen) {
    try {
      for (const hook of hooks) attach(object, hook);
    } catch (error) {
      return refused(observation, error);
    }
  }
  return undefined;
}

function attach(object: BpfObject, hook: Hook): Link {
  return typeof hook === 'string' ? object.attach(hook) : object.attach(hook.program, hook.target);
}

function asBpfError(error: unknown): BpfError {
  if (error instanceof BpfError) return error;
  throw error;
}

/**
 * Attaches a plan. Attaching is the only honest probe, so every alternative is simply tried: after a failure the
 * object is opened anew with the next alternative of the observation that failed, for the rest as before.
 * @param open a new object with its constants set
 * @throws PlanError with every attempt, when an observation has no alternative left
 */
export function attachPlan(open: () => BpfObject, plan: Plan, prepare?: (object: BpfObject) => void): Attached {
  const left = new Map(
    Object.entries(plan).map(([observation, alternatives]) => [observation, Object.entries(alternatives)]),
  );
  const attempts: Attempt[] = [];
  for (;;) {
    const chosen = new Map([...left].map(([observation, [first]]) => [observation, first?.[1] ?? []]));
    const object = open();
    let refused: ReturnType<typeof tryOnce>;
    try {
      refused = tryOnce(object, chosen, prepare);
    } catch (error) {
      object.close();
      throw error;
    }
    if (!refused) {
      const names = [...left].map(([observation, [first]]) => [observation, first?.[0] ?? '']);
      return { object, chosen: Object.fromEntries(names), attempts };
    }
    object.close();
    const { observation, error } = refused;
    const [alternative] = left.get(observation)?.shift() ?? [''];
    attempts.push({ observation, alternative, error });
    if (!left.get(observation)?.length) {
      throw new PlanError(
        observation,
        attempts.filter((attempt) => attempt.observation === observation),
      );
    }
  }
}
