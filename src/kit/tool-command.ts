import type { Command } from 'commander';
import { TRACED } from './child/hold.ts';
import { streamCommand } from './command.ts';
import { controlCommand } from './control/command.ts';
import { UsageError } from './errors.ts';
import type { AnyTool } from './tool/any.ts';
import { topCommand } from './top/command.ts';

/** The subcommand of a tool, whatever its shape. */
export function toolCommand(tool: AnyTool): Command {
  switch (tool.shape) {
    case 'stream':
      return streamCommand(tool);
    case 'control':
      return withoutCommand(controlCommand(tool));
    case 'top':
      return topCommand(tool);
  }
}

/** What traces no command may not be given one. */
function withoutCommand(command: Command): Command {
  return command.hook('preAction', () => {
    if (command.parent?.getOptionValue(TRACED)) throw new UsageError(`${command.name()} traces no command`);
  });
}
