import { UsageError } from '../kit/errors.ts';
import { MAX_GROUPS } from './classes.ts';
import { type CompiledRules, compileRules } from './compile.ts';
import { groupRules } from './groups.ts';
import { formatRule, formatShort, parseRule } from './line.ts';
import type { Rule } from './model.ts';

/** What does not change with the rules. */
export interface Manner {
  /** Count what would be dropped, and drop nothing. */
  readonly dryRun: boolean;
  /** Show one of so many drops; 0: none. */
  readonly showEvery: number;
  /** Room for so many sources that have a rate. */
  readonly maxSources: number;
}

/** All that there is to know of what is dropped at an interface. */
export interface DropState extends Manner {
  /** In the order in which they decide. */
  readonly rules: readonly Rule[];
  /** Where each group of rules (by its key) is counted: it stays there as long as it is one. */
  readonly slots: Readonly<Record<string, number>>;
  /** Slots that were given up last: the program before this one may count there until nothing of it runs. */
  readonly resting: readonly number[];
  /** Slots that are new: what is counted there is of rules before. */
  readonly fresh: readonly number[];
}

/** Counters: twice as many as rules, so that there are new ones when all rules change at once. */
const SLOTS = 2 * MAX_GROUPS;

/** @throws UsageError when there are too many */
export function makeState(rules: readonly Rule[], manner: Manner): DropState {
  return withRules({ ...manner, rules: [], slots: {}, resting: [], fresh: [] }, rules);
}

/** The same with other rules; those that stay go on being counted where they were. */
export function withRules(state: DropState, rules: readonly Rule[]): DropState {
  const taken = new Set([...Object.values(state.slots), ...state.resting]);
  const free = Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => !taken.has(slot));
  const fresh: number[] = [];
  const slots: Record<string, number> = {};
  for (const { key } of groupRules(rules)) {
    const known = state.slots[key];
    slots[key] = known ?? (free.shift() as number);
    if (known === undefined) fresh.push(slots[key]);
  }
  const resting = Object.entries(state.slots).flatMap(([key, slot]) => (key in slots ? [] : [slot]));
  return { ...state, rules, slots, resting, fresh };
}

/** @returns the state with these rules behind its own; those that it has already stay where they are */
export function addRules(state: DropState, rules: readonly Rule[]): DropState {
  const known = new Set(state.rules.map(formatRule));
  return withRules(state, [...state.rules, ...rules.filter((rule) => !known.has(formatRule(rule)))]);
}

/** @throws UsageError for a rule that is not there */
export function removeRules(state: DropState, rules: readonly Rule[]): DropState {
  const gone = new Set(rules.map(formatRule));
  const left = state.rules.filter((rule) => !gone.delete(formatRule(rule)));
  const [missing] = gone;
  if (missing !== undefined) throw new UsageError(`there is no rule "${missing}"`, 'see the verb "list"');
  return withRules(state, left);
}

const compiled = new WeakMap<DropState, CompiledRules>();

/** As the kernel needs it; computed once. */
export function compiledOf(state: DropState): CompiledRules {
  const known = compiled.get(state) ?? compileRules(state.rules, state.slots);
  compiled.set(state, known);
  return known;
}

const texts = new WeakMap<DropState, string>();

/** The state as text, which `readState` reads; computed once. */
export function stateText(state: DropState): string {
  const { fresh: _, rules, ...rest } = state;
  const text = texts.get(state) ?? JSON.stringify({ v: 1, ...rest, rules: rules.map(formatShort) });
  texts.set(state, text);
  return text;
}

export function readState(text: string): DropState {
  const {
    v: _,
    rules,
    ...rest
  } = JSON.parse(text) as Omit<DropState, 'rules' | 'fresh'> & {
    readonly v: 1;
    readonly rules: readonly string[];
  };
  return { ...rest, rules: rules.map(parseRule), fresh: [] };
}

/** In a few words: '12 rules, dry run'. */
export function describeState({ rules, dryRun }: DropState): string {
  const count =
    rules.length === 0 ? 'no rules, everything passes' : rules.length === 1 ? '1 rule' : `${rules.length} rules`;
  return dryRun ? `${count}, dry run: nothing is dropped` : count;
}
