import { netOptions, netTarget, portsOption } from './net-target.ts';
import type { OptionsOf } from './options.ts';
import type { Target } from './target.ts';
import { pidOption, taskTarget, userOptions } from './task-target.ts';

/** Which connections, and whose: the options of tools that tell of both of their ends. */
export const connectionOptions = {
  localport: portsOption('-L, --localport <ports>', 'only these local ports: 80,443,8000-8100'),
  remoteport: portsOption('-D, --remoteport <ports>', 'only these remote ports'),
  ...netOptions,
  ...pidOption,
  ...userOptions,
};

/** What these options restrict a tool to. */
export function connectionTargets(options: OptionsOf<typeof connectionOptions>): readonly Target[] {
  return [taskTarget(options), netTarget({ ...options, lports: options.localport, rports: options.remoteport })];
}
