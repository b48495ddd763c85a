import type { Command } from 'commander';
import { streamCommand } from './command.ts';
import { controlCommand } from './control/command.ts';
import type { AnyTool } from './tool/any.ts';
import { topCommand } from './top/command.ts';

/** The subcommand of a tool, whatever its shape. */
export function toolCommand(tool: AnyTool): Command {
  switch (tool.shape) {
    case 'stream':
      return streamCommand(tool);
    case 'control':
      return controlCommand(tool);
    case 'top':
      return topCommand(tool);
  }
}
