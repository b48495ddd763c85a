import { openById, replaceProgram } from '../../bpf/links.ts';
import type { BpfObject } from '../../bpf/object.ts';
import { ExitCode, KitError } from '../errors.ts';
import type { AnyControl, Interface } from './define.ts';
import type { Instance } from './find.ts';
import { loadFor, programOf } from './load.ts';

export interface ApplyOptions {
  /** When it is taken back unless it is confirmed, ns since boot. */
  readonly confirmBy?: number;
  /** Looks at what is loaded, before it comes into force. @throws KitError to prevent that */
  readonly judge?: (object: BpfObject, at: Interface) => void;
}

/**
 * Puts a state into force where a tool runs: each packet meets either the old one or the new one.
 * @throws KitError, BpfError, and the old one stays in force
 */
export function apply(tool: AnyControl, instance: Instance, state: unknown, options: ApplyOptions = {}): void {
  if (tool.live === 'maps') tool.write(instance.maps, state);
  else replace(tool, instance, state, options);
}

function replace(tool: AnyControl, instance: Instance, state: unknown, { confirmBy, judge }: ApplyOptions): void {
  const { about, maps, link } = instance;
  const { rows, started, pid, dev, frags } = about;
  const at = { name: dev, index: link.ifindex };
  using object = loadFor(tool, at, state, { rows, started, pid, frags, old: maps, confirmBy });
  judge?.(object, at);
  using opened = openById('link', link.id);
  using old = openById('prog', link.program);
  if (!opened || !old) throw new KitError(`${tool.name} on ${dev} has ended meanwhile`, ExitCode.failure);
  replaceProgram(opened.fd, object.programFd(programOf(tool, frags)), old.fd);
}
