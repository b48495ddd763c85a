import { Command } from 'commander';
import { dieLike } from '../child/hand-on.ts';
import { hold, TRACED, USAGE } from '../child/hold.ts';
import { addOptionGroups, addOptions } from '../commander-options.ts';
import { reportFailure } from '../doctor/report.ts';
import { toolHelp } from '../help.ts';
import { withDefaults } from '../tool/options.ts';
import { type AnyTopTool, groupingsOf } from './define.ts';
import { checkTopOptions, groupsHelp, type TopOptions, topOptionGroups, topOptions } from './options.ts';
import { keysHelp } from './screen/keys.ts';

/** The subcommand of a top tool: its own options, those of its shape, and its help. */
export function topCommand(tool: AnyTopTool): Command {
  const command = new Command(tool.name).description(tool.summary).helpOption('-h, --help', 'show this help');
  command.usage(USAGE);
  addOptions(command, tool.options);
  addOptionGroups(command, topOptionGroups);
  command.addHelpText('after', () => toolHelp(tool, [...groupsHelp(tool), keysOf(tool)]));
  return command.action(async (parsed: Record<string, unknown>) => {
    const top = withDefaults(topOptions, parsed) as TopOptions;
    try {
      checkTopOptions(top);
      const { runTop } = await import('./run.ts');
      const words: readonly string[] | undefined = command.parent?.getOptionValue(TRACED);
      using child = words && hold(words);
      process.exitCode = await runTop(tool, withDefaults(tool.options, parsed), top, child);
      if (child) await dieLike(child, process.exitCode);
    } catch (error) {
      process.exitCode = reportFailure(tool.name, error, top.verbose, tool.object);
    }
  });
}

const keysOf = (tool: AnyTopTool) => ({ title: 'Keys, on a terminal', items: keysHelp(groupingsOf(tool)) });
