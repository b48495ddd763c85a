import { type Command, Option } from 'commander';
import type { OptionSpec, OptionSpecs } from './tool/options.ts';

/** Gives a command these options, those under each heading below one of its own. */
export function addOptionGroups(command: Command, groups: Readonly<Record<string, OptionSpecs>>): void {
  for (const [title, specs] of Object.entries(groups)) {
    command.optionsGroup(`${title}:`);
    addOptions(command, specs);
  }
}

export function addOptions(command: Command, specs: OptionSpecs): void {
  for (const spec of Object.values(specs)) {
    command.addOption(commanderOption(spec, spec.flags, spec.doc));
    if (!spec.alias) continue;
    const [long] = /--[\w-]+( <[^>]+>)?/.exec(spec.flags) ?? [];
    const option = commanderOption(spec, `${spec.alias}${long?.includes('<') ? ` ${long.split(' ')[1]}` : ''}`, '');
    const key = new Option(spec.flags).attributeName();
    option.attributeName = () => key;
    command.addOption(option.hideHelp());
  }
}

function commanderOption({ parse, several }: OptionSpec<unknown>, flags: string, doc: string): Option {
  const option = new Option(flags, doc);
  if (parse && several) option.argParser((text, before: unknown[] = []) => before.concat(parse(text)));
  else if (parse) option.argParser((text: string) => parse(text));
  return option;
}
