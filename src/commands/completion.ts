import type { Command } from 'commander';
import { interfaceNames } from '../host/interfaces.ts';
import { REPORT_KINDS } from '../kit/report/report-options.ts';
import { print } from '../kit/say.ts';
import type { AnyTool } from '../kit/tool/any.ts';
import { withDefaults } from '../kit/tool/options.ts';
import { idleRun } from '../kit/tool/run.ts';

/** The script for bash calls a function of the package bash-completion, which not every machine has. */
const BASH = `if ! declare -F _get_comp_words_by_ref > /dev/null; then
    _get_comp_words_by_ref() {
        cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
        words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
    }
fi
`;

/** `ebpf-kit completion SHELL` prints a script; at each TAB that calls `ebpf-kit complete`. */
export async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  tab(program, { completionCommandName: 'completion' });
  program.hook('preAction', (_, { args }) => {
    if (args[0] === 'bash') print(BASH);
  });
}

/** Lets the shell offer the values of options that have a list of them, and more than that list. */
export function suggestValues(command: Command, tool: AnyTool): void {
  const columns = Object.keys(tool.columns(withDefaults(tool.options, {}), idleRun));
  const values: Readonly<Record<string, string[]>> = {
    columns,
    sort: columns,
    ...(tool.shape === 'top' ? { by: Object.keys(tool.groups) } : {}),
    plan: [...new Set(Object.values(tool.plan).flatMap(Object.keys))],
  };
  for (const option of command.options) option.argChoices ??= values[option.attributeName()];
  if (tool.shape === 'control') suggestInterfaces([command, ...command.commands]);
  suggestReports(command);
}

function suggestInterfaces(commands: readonly Command[]): void {
  for (const argument of commands.flatMap(({ registeredArguments }) => registeredArguments)) {
    if (/^(interfaces|iface)$/.test(argument.name())) argument.argChoices = [...interfaceNames()];
  }
}

/** The same for the forms of reports. */
export function suggestReports(command: Command): void {
  const option = command.options.find((each) => each.attributeName() === 'report');
  if (option) option.argChoices = [...REPORT_KINDS];
}
