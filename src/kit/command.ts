import { Command } from 'commander';
import { dieLike } from './child/hand-on.ts';
import { hold, TRACED, USAGE } from './child/hold.ts';
import { addOptionGroups, addOptions } from './commander-options.ts';
import { reportFailure } from './doctor/report.ts';
import { toolHelp } from './help.ts';
import { runStream, type StreamOptions } from './stream/run-stream.ts';
import { counting, countOptions } from './tool/counts.ts';
import type { AnyStream } from './tool/define.ts';
import { withDefaults, withShorts } from './tool/options.ts';
import { checkStreamOptions, streamOptionGroups, streamOptions } from './tool/stream-options.ts';

/** The subcommand of a stream tool: its own options, those of its shape, and its help. */
export function streamCommand(tool: AnyStream): Command {
  const command = new Command(tool.name).description(tool.summary).helpOption('-h, --help', 'show this help');
  command.usage(USAGE);
  addOptions(command, tool.options);
  if (tool.counts) addOptions(command, countOptions(tool.counts));
  const groups = Object.entries(streamOptionGroups).map(([title, specs]) => [title, withShorts(specs, tool.shorts)]);
  addOptionGroups(command, Object.fromEntries(groups));
  command.addHelpText('after', () => toolHelp(tool));
  return command.action(async (parsed: Record<string, unknown>) => {
    const stream = withDefaults(streamOptions, parsed) as StreamOptions;
    try {
      checkStreamOptions(stream);
      const { count, maxCounts } = withDefaults(countOptions({ doc: '' }), parsed);
      const running = count ? counting(tool, maxCounts) : tool;
      const words: readonly string[] | undefined = command.parent?.getOptionValue(TRACED);
      using child = words && hold(words);
      process.exitCode = await runStream(running, withDefaults(tool.options, parsed), stream, { command: child });
      if (child) await dieLike(child, process.exitCode);
    } catch (error) {
      process.exitCode = reportFailure(tool.name, error, stream.verbose, tool.object);
    }
  });
}
