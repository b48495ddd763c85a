import type { AttachTarget } from '../../bpf/target.ts';
import { UsageError } from '../errors.ts';

/**
 * A program, attached where its section says, or to a target that is only known now. One that iterates runs once, as
 * soon as everything else is attached.
 */
export type Hook<Program extends string = string> =
  | Program
  | { readonly program: Program; readonly target: AttachTarget };

/**
 * For each thing that a tool observes, the alternatives in order of preference: name → hooks that belong together;
 * none of them for what the tool can do without. The names are what --plan takes.
 */
export type Plan<Program extends string = string> = Readonly<
  Record<string, Readonly<Record<string, readonly Hook<Program>[]>>>
>;

export const programOf = (hook: Hook): string => (typeof hook === 'string' ? hook : hook.program);

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
