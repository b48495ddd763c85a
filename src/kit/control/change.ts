import { setTimeout } from 'node:timers/promises';
import { readClocks } from '../../bpf/clock.ts';
import { linkState, openById, replaceProgram } from '../../bpf/links.ts';
import { ExitCode, KitError, UsageError } from '../errors.ts';
import { say } from '../say.ts';
import { endOnSignals } from '../stream/signals.ts';
import { type OptionSpecs, withDefaults } from '../tool/options.ts';
import { readAbout, writeAbout } from './about.ts';
import { apply } from './apply.ts';
import type { AnyControl, Verb } from './define.ts';
import { findInstance } from './instance.ts';
import { changeSafetyOptions } from './options.ts';
import { demandVerbs } from './rights.ts';
import { judging } from './safety.ts';
import { isThere } from './stop.ts';

type Parsed = Readonly<Record<string, unknown>>;

/** How often it is looked whether a change is confirmed, ms. */
const LOOK = 100;

/** The options of a verb: its own, and safety where the tool can judge. */
export const verbOptions = (tool: AnyControl, verb: Verb<unknown>): OptionSpecs => ({
  ...verb.options,
  ...(tool.judge ? changeSafetyOptions : {}),
});

/**
 * Changes what runs at an interface, by a verb of the tool's own.
 * @param name of the verb
 * @returns the exit status
 * @throws UsageError, KitError, BpfError; then everything is as it was
 */
export async function change(
  tool: AnyControl,
  name: string,
  verb: Verb<unknown>,
  [dev, ...words]: readonly string[],
  parsed: Parsed,
): Promise<number> {
  demandVerbs();
  using instance = findInstance(tool, dev);
  const given = Object.keys(verb.options).some((key) => parsed[key] !== undefined && parsed[key] !== false);
  if (!given && words.length === 0) {
    throw new UsageError(`${name}: nothing to change is named`, `see ebpf-kit ${tool.name} ${name} --help`);
  }
  const state = await verb.change(tool.read(instance.maps), withDefaults(verb.options, parsed), words);
  const { yes, confirm } = withDefaults(changeSafetyOptions, parsed);
  const confirmBy = confirm === undefined ? 0 : readClocks().boot + confirm * 1e6;
  using before = openById('prog', instance.link.program);
  apply(tool, instance, state, { confirmBy, judge: judging(tool, state, yes) });
  say(tool.name, `${dev}: ${tool.describe(state)}`);
  if (confirm === undefined || !before) return ExitCode.ok;
  return await waitForConfirmation(tool, dev, before.fd, confirm);
}

/** @param before the program that comes back @param ms how long */
async function waitForConfirmation(tool: AnyControl, dev: string, before: number, ms: number): Promise<number> {
  const ending = new AbortController();
  const signals = endOnSignals(ending);
  using instance = findInstance(tool, dev);
  using keys = await confirmByEnter(() => writeAbout(instance.maps, { ...readAbout(instance.maps), confirm_by: 0 }));
  const how = `${keys ? 'by Enter, or ' : ''}by ebpf-kit ${tool.name} confirm ${dev}`;
  say(tool.name, `taken back in ${ms / 1000} s unless it is confirmed: ${how}`);
  try {
    const end = readAbout(instance.maps).confirm_by;
    while (readAbout(instance.maps).confirm_by !== 0) {
      if (!isThere(instance.link.id)) throw new KitError(`${tool.name} on ${dev} was stopped`, ExitCode.failure);
      if (readClocks().boot >= end || ending.signal.aborted) {
        takeBack(instance.link, before);
        const why = ending.signal.aborted ? 'not confirmed' : `not confirmed within ${ms / 1000} s`;
        throw new KitError(`${why}: ${dev} is what it was before`, ExitCode.failure);
      }
      await setTimeout(LOOK);
    }
    say(tool.name, 'confirmed');
    return ExitCode.ok;
  } finally {
    signals.close();
  }
}

function takeBack({ id }: { readonly id: number }, before: number): void {
  using link = openById('link', id);
  using now = link && openById('prog', linkState(link.fd).program);
  if (link && now) replaceProgram(link.fd, before, now.fd);
}

async function confirmByEnter(confirm: () => void): Promise<Disposable | undefined> {
  const { openKeys } = await import('../screen/open-keys.ts');
  return openKeys((key) => {
    if (key === 'enter') confirm();
  });
}
