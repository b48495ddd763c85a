import type { ObjectLayout } from '../../btf/layout.ts';
import { ExitCode, KitError } from '../errors.ts';
import type { Interface } from './define.ts';
import { occupants } from './find.ts';

/** Who has the interface already, as an error; undefined: nobody. @throws BpfError */
export function whoHolds(layout: ObjectLayout, at: Interface): KitError | undefined {
  const [occupant] = occupants(layout, at);
  if (!occupant) return undefined;
  const { about, name, id, mode, pids, pin } = occupant;
  const process = pids.length ? `process ${pids.join(', ')}` : pin ? `pinned at ${pin}` : 'no process';
  if (about) {
    return new KitError(
      `${at.name} is held by ${about.tool} already (${process})`,
      ExitCode.failure,
      `ebpf-kit ${about.tool} stop ${at.name} ends it; other verbs of ${about.tool} change it while it runs`,
    );
  }
  return new KitError(
    `${at.name} has an XDP program already, of something else: ${name}, id ${id}, ${mode}, ${process}`,
    ExitCode.failure,
    'an interface takes one: end what attached it, or see bpftool net',
  );
}
