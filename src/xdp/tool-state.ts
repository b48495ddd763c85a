import { readFileSync } from 'node:fs';
import type { xdpDrop } from '../gen/xdp-drop.ts';
import { cpus } from '../host/cpus.ts';
import type { Maps } from '../kit/control/define.ts';
import { notesFor, readNotes, writeNotes } from '../kit/control/notes.ts';
import { ExitCode, KitError } from '../kit/errors.ts';
import { say } from '../kit/say.ts';
import { escapeText } from '../kit/text.ts';
import { parseRuleFile } from '../rules/file.ts';
import { parseRule } from '../rules/line.ts';
import type { Rule } from '../rules/model.ts';
import { rulesFromOptions } from '../rules/options.ts';
import { compiledOf, type DropState, readState, stateText } from '../rules/state.ts';
import { type DropObject, fillRules, sizesOf } from './rules.ts';
import { rememberSlots } from './slots.ts';
import { WHOLE_PACKET } from './whole.ts';

/**
 * The rules of options, files and words, in this order.
 * @param options those of ruleOptions, and `rules`: paths of files
 * @param words each a rule
 * @throws UsageError; KitError for a file that cannot be read
 */
export async function collectRules(
  options: Readonly<Record<string, unknown>> & { readonly rules?: readonly string[] },
  words: readonly string[] = [],
): Promise<readonly Rule[]> {
  const files = await Promise.all((options.rules ?? []).map((path) => parseRuleFile(readFile(path), path)));
  return [...rulesFromOptions(options), ...files.flat(), ...words.map(parseRule)];
}

function readFile(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const [, cause = ''] = /^\w+: ([^,]*)/.exec((error as Error).message) ?? [];
    throw new KitError(`read ${escapeText(path)}: ${cause}`, ExitCode.usage);
  }
}

/** The state itself; what is worth knowing of its rules is said. */
export function warned(state: DropState): DropState {
  for (const warning of compiledOf(state).warnings) say('xdp-drop', warning);
  return state;
}

/** How the object is loaded for a state. @param rows whether somebody reads the drops */
export function setupFor(state: DropState, rows: boolean) {
  const { dryRun, showEvery, maxSources } = state;
  const compiled = compiledOf(state);
  const shows = rows && showEvery > 0;
  const constants = {
    ...compiled.constants,
    dry_run: dryRun,
    with_rows: shows,
    row_every: showEvery || 1,
    // all of a packet is shown
    ...(shows ? WHOLE_PACKET : {}),
  };
  const sizes = { ...sizesOf(compiled), rates: maxSources, notes: notesFor(stateText(state)) };
  return { constants, sizes };
}

/** Puts a state into the maps of an object that does not run yet. */
export function writeState(maps: Maps<typeof xdpDrop>, state: DropState): void {
  fillRules(maps as DropObject, compiledOf(state));
  const zeros = cpus('possible').map(() => ({ packets: 0, bytes: 0 }));
  for (const slot of state.fresh) maps.update('rule_traffic', slot, zeros);
  const text = stateText(state);
  writeNotes(maps as unknown as Maps, text);
  rememberSlots(state);
  known.set(maps, { text, state });
}

const known = new WeakMap<object, { readonly text: string; readonly state: DropState }>();

/** The state that stands in the maps; the same one as long as it has not changed. */
export function readStateOf(maps: Maps<typeof xdpDrop>): DropState {
  const text = readNotes(maps as unknown as Maps);
  const before = known.get(maps);
  if (before?.text === text) return before.state;
  const state = readState(text);
  rememberSlots(state);
  known.set(maps, { text, state });
  return state;
}
