import { Command } from 'commander';
import { addOptionGroups, addOptions } from '../commander-options.ts';
import { reportFailure } from '../doctor/report.ts';
import { UsageError } from '../errors.ts';
import { toolHelp } from '../help.ts';
import type { StreamOptions } from '../stream/run-stream.ts';
import { withDefaults } from '../tool/options.ts';
import { checkStreamOptions, streamOptionGroups, streamOptions } from '../tool/stream-options.ts';
import type { AnyControl } from './define.ts';
import { resolveInterfaces } from './interfaces.ts';
import {
  type ControlOptions,
  checkControlOptions,
  controlOptions,
  intervalOption,
  parseXdpMode,
  safetyOptions,
} from './options.ts';
import { runControl } from './run.ts';
import { addVerbs } from './verbs.ts';

type Parsed = Record<string, unknown>;

/** The subcommand of a control tool: its interfaces, its options, those of its shape, its verbs, and its help. */
export function controlCommand(tool: AnyControl): Command {
  const command = new Command(tool.name)
    .description(tool.summary)
    .helpOption('-h, --help', 'show this help')
    .argument('[interfaces...]', 'network interfaces')
    .enablePositionalOptions();
  addOptions(command, tool.options);
  addOptionGroups(command, { 'At the interface': ownOptions(tool), ...streamOptionGroups });
  command.addHelpText('after', () => toolHelp(tool));
  addVerbs(command, tool);
  return command.action((names: readonly string[], parsed: Parsed) =>
    reporting(tool, parsed.verbose === true, async () => {
      const stream = withDefaults(streamOptions, parsed) as StreamOptions;
      const control: ControlOptions = withDefaults(ownOptions(tool), parsed);
      checkStreamOptions(stream);
      const xdpMode = stream.plan === undefined ? control.xdpMode : parseXdpMode(stream.plan, '--plan');
      checkControlOptions(control, stream);
      const options = withDefaults(tool.options, parsed);
      const instead = tool.instead?.(options, stream);
      if (instead) return instead;
      if (names.length === 0) throw new UsageError('name an interface', `${tool.name} IFACE…, or a verb: see --help`);
      const interfaces = resolveInterfaces(
        names,
        command.commands.map((verb) => verb.name()),
      );
      return runControl(tool, options, interfaces, { ...control, xdpMode }, stream);
    }),
  );
}

/** What a tool of this shape has besides its own options; safety where it can judge. */
export const ownOptions = (tool: AnyControl) => ({
  ...controlOptions,
  ...(tool.events ? intervalOption : {}),
  ...(tool.judge ? safetyOptions : {}),
});

/** Runs it, and turns its failure into lines and an exit status. */
export async function reporting(tool: AnyControl, verbose: boolean, run: () => Promise<number | undefined>) {
  try {
    process.exitCode = await run();
  } catch (error) {
    process.exitCode = reportFailure(tool.name, error, verbose, tool.object);
  }
}
