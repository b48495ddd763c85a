import { BpfError } from '../../bpf/error.ts';
import { readIterator } from '../../bpf/link.ts';
import type { BpfObject } from '../../bpf/object.ts';
import { type Hook, type Plan, programOf } from './plan.ts';

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

/** What is loaded and attached, as far as those who read it need it: one object, or several that share a ring. */
export type Loaded = Pick<
  BpfObject,
  'layout' | 'mapFd' | 'loaded' | 'misses' | 'readMap' | 'lookup' | 'detach' | 'close'
>;

export interface Attached {
  readonly object: Loaded;
  /** Observation → the alternative in use. */
  readonly chosen: Readonly<Record<string, string>>;
  /** What was tried before, in order. */
  readonly attempts: readonly Attempt[];
  /** What the programs that iterate have written. */
  readonly found: Buffer;
  /** What is shown in place of the events in the ring; ends after `signal`. */
  readonly batches?: (signal: AbortSignal) => AsyncGenerator<readonly object[], void>;
}

type Chosen = ReadonlyMap<string, readonly Hook[]>;

/** Loads and attaches one alternative of each observation, or says which one it was that failed. */
function tryOnce(object: BpfObject, chosen: Chosen, prepare?: (object: BpfObject) => void) {
  const refused = (observation: string, error: unknown) => ({ refused: { observation, error: asBpfError(error) } });
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
  const found: Buffer[] = [];
  for (const { observation, hook, iterates } of inOrder(object, chosen)) {
    // without a cgroup to attach it to, all there is to try is whether it loads
    if (typeof hook === 'string' && object.layout.programs[hook].startsWith('cgroup')) continue;
    try {
      const link = typeof hook === 'string' ? object.attach(hook) : object.attach(hook.program, hook.target);
      if (!iterates) continue;
      found.push(readIterator(link));
      link.detach();
    } catch (error) {
      return refused(observation, error);
    }
  }
  return { found: Buffer.concat(found) };
}

/** What iterates comes last: nothing happens unseen between its run and the attaching of the rest. */
function inOrder(object: BpfObject, chosen: Chosen) {
  const hooks = [...chosen].flatMap(([observation, hooks]) =>
    hooks.map((hook) => {
      const iterates = object.layout.programs[programOf(hook)].startsWith('iter/');
      return { observation, hook, iterates };
    }),
  );
  return hooks.toSorted((one, other) => Number(one.iterates) - Number(other.iterates));
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
    let outcome: ReturnType<typeof tryOnce>;
    try {
      outcome = tryOnce(object, chosen, prepare);
    } catch (error) {
      object.close();
      throw error;
    }
    if ('found' in outcome) {
      const names = [...left].map(([observation, [first]]) => [observation, first?.[0] ?? '']);
      return { object, chosen: Object.fromEntries(names), attempts, found: outcome.found };
    }
    object.close();
    const { observation, error } = outcome.refused;
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
