import { Command, Option } from 'commander';
import { reportFailure } from './doctor/report.ts';
import { toolHelp } from './help.ts';
import { runStream, type StreamOptions } from './stream/run-stream.ts';
import { counting, countOptions } from './tool/counts.ts';
import type { AnyTool } from './tool/define.ts';
import { type OptionSpec, type OptionSpecs, withDefaults, withShorts } from './tool/options.ts';
import { checkStreamOptions, streamOptionGroups, streamOptions } from './tool/stream-options.ts';

/** The subcommand of a tool: its own options, those of its shape, and its help. */
export function toolCommand(tool: AnyTool): Command {
  const command = new Command(tool.name).description(tool.summary).helpOption('-h, --help', 'show this help');
  addOptions(command, tool.options);
  if (tool.counts) addOptions(command, countOptions(tool.counts));
  for (const [title, options] of Object.entries(streamOptionGroups)) {
    command.optionsGroup(`${title}:`);
    addOptions(command, withShorts(options, tool.shorts));
  }
  command.addHelpText('after', () => toolHelp(tool));
  return command.action(async (parsed: Record<string, unknown>) => {
    const stream = withDefaults(streamOptions, parsed) as StreamOptions;
    try {
      checkStreamOptions(stream);
      const { count, maxCounts } = withDefaults(countOptions({ doc: '' }), parsed);
      const running = count ? counting(tool, maxCounts) : tool;
      process.exitCode = await runStream(running, withDefaults(tool.options, parsed), stream);
    } catch (error) {
      process.exitCode = reportFailure(tool.name, error, stream.verbose, tool.object);
    }
  });
}

function addOptions(command: Command, specs: OptionSpecs): void {
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
