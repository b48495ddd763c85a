import { ExitCode, KitError } from '../errors.ts';
import { escapeText } from '../text.ts';
import type { AnyControl } from './define.ts';
import { type Instance, instances } from './find.ts';
import { whoHolds } from './holder.ts';
import { resolveInterfaces } from './interfaces.ts';

/**
 * What runs of a tool at an interface of this network namespace, or is pinned there. To be disposed of.
 * @throws UsageError for an unknown interface, KitError when nothing runs there, or another version of the tool
 */
export function findInstance(tool: AnyControl, name: string): Instance {
  const all = instances(tool.object);
  const gone = all.find(({ about, link }) => link.ifindex === 0 && about.dev === name && about.tool === tool.name);
  const [at] = gone ? [{ name, index: 0 }] : resolveInterfaces([name]);
  const found = all.find(
    ({ about, here, link }) =>
      about.tool === tool.name && (at.index === 0 ? gone?.link === link : here && link.ifindex === at.index),
  );
  for (const other of all) if (other !== found) other[Symbol.dispose]();
  if (!found) {
    throw (
      whoHoldsInstead(tool, at) ??
      new KitError(
        `it does not run on ${escapeText(name)}`,
        ExitCode.failure,
        `ebpf-kit ${tool.name} status shows where it runs`,
      )
    );
  }
  if (found.about.layout === tool.object.hash) return found;
  found[Symbol.dispose]();
  throw new KitError(
    `what runs on ${escapeText(name)} is of another version of ebpf-kit`,
    ExitCode.failure,
    'use that version, or stop it and start it anew',
  );
}

function whoHoldsInstead(tool: AnyControl, at: { name: string; index: number }): KitError | undefined {
  return at.index === 0 ? undefined : whoHolds(tool.object, at);
}
