import { Command } from 'commander';
import { addOptions } from '../commander-options.ts';
import { reportFailure } from '../doctor/report.ts';
import { UsageError } from '../errors.ts';
import { flag, type OptionSpecs, withDefaults } from '../tool/options.ts';
import { change, verbOptions } from './change.ts';
import type { AnyControl } from './define.ts';
import { confirm, type Form, list, showStatus, stats, stopAll } from './house-verbs.ts';

type Parsed = Record<string, unknown>;
type Action = (names: readonly string[], parsed: Parsed) => Promise<void> | void;

const forms = {
  json: flag('--json', 'one JSON object per line'),
  csv: flag('--csv', 'comma-separated values with a header line (RFC 4180)'),
};

/** The words that act on what runs: the tool's own, and those that all such tools have. */
export function addVerbs(command: Command, tool: AnyControl): void {
  command.commandsGroup('While it runs, from another shell:');
  const add = (usage: string, summary: string, options: OptionSpecs, action: Action) => {
    const [name, ...words] = usage.split(' ');
    const verb = new Command(name).description(summary).helpOption('-h, --help', 'show this help');
    for (const word of words) verb.argument(word);
    addOptions(verb, options);
    verb.action(async (...given: unknown[]) => {
      const names = given
        .slice(0, words.length)
        .flat()
        .filter((word): word is string => typeof word === 'string');
      try {
        await action(names, given[words.length] as Parsed);
      } catch (error) {
        process.exitCode = reportFailure(tool.name, error, false, tool.object);
      }
    });
    command.addCommand(verb);
  };
  for (const [name, verb] of Object.entries(tool.verbs)) {
    const usage = `${name} <iface>${verb.words ? ` [${verb.words}]` : ''}`;
    add(usage, verb.summary, verbOptions(tool, verb), async (words, parsed) => {
      process.exitCode = await change(tool, name, verb, words, parsed);
    });
  }
  if (tool.lines)
    add('list <iface>', 'what it does there, line by line', { json: forms.json }, ([name], parsed) =>
      list(tool, name, withDefaults({ json: forms.json }, parsed)),
    );
  if (tool.counters) {
    add('stats <iface>', 'what was counted there so far', forms, ([name], parsed) => stats(tool, name, formOf(parsed)));
  }
  add('status', 'where it runs or is pinned, and what it does there', forms, (_, parsed) =>
    showStatus(tool, formOf(parsed)),
  );
  add('stop <interfaces...>', 'end it there: detach, and remove the pin', {}, (names) => stopAll(tool, names));
  if (tool.judge)
    add('confirm <interfaces...>', 'keep what waits to be confirmed', {}, (names) => confirm(tool, names));
}

/** @throws UsageError */
function formOf(parsed: Parsed): Form {
  const form = withDefaults(forms, parsed);
  if (form.json && form.csv) throw new UsageError('--json and --csv exclude each other');
  return form;
}
