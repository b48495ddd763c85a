import type { DropState } from '../rules/state.ts';

const keys = new Map<number, Set<string>>();

/** Remembers which rules are counted where, for `ruleAt`. */
export function rememberSlots({ slots }: DropState): void {
  for (const [key, slot] of Object.entries(slots)) keys.set(slot, (keys.get(slot) ?? new Set()).add(key));
}

/** The rule that is counted in a slot; null when there was more than one of which this process knows. */
export function ruleAt(slot: number): string | null {
  const [key, ...others] = keys.get(slot) ?? [];
  return key !== undefined && others.length === 0 ? key : null;
}
