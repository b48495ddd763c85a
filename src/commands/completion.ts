import type { Command } from 'commander';
import type { AnyTool } from '../kit/define.ts';
import { withDefaults } from '../kit/options.ts';
import { idleRun } from '../kit/run.ts';

/** `ebpf-kit completion SHELL` prints a script; at each TAB that calls `ebpf-kit complete`. */
export async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  tab(program, { completionCommandName: 'completion' });
}

/** Lets the shell offer the values of options that have a list of them, and more than that list. */
export function suggestValues(command: Command, tool: AnyTool): void {
  const values: Readonly<Record<string, string[]>> = {
    columns: Object.keys(tool.columns(withDefaults(tool.options, {}), idleRun)),
    plan: [...new Set(Object.values(tool.plan).flatMap(Object.keys))],
  };
  for (const option of command.options) option.argChoices ??= values[option.attributeName()];
}
