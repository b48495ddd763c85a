import { readClocks } from '../../bpf/clock.ts';
import { BpfObject } from '../../bpf/object.ts';
import { ownNetns } from '../../host/netns.ts';
import { writeAbout } from './about.ts';
import type { AnyControl, Interface } from './define.ts';

/** Maps in use, from which a new object takes over what goes on. */
export interface Shared {
  mapFd(name: string): number | undefined;
}

export interface LoadOptions {
  /** Somebody reads the events. */
  readonly rows: boolean;
  /** Bytes of the ring. */
  readonly ringSize?: number;
  /** The object whose ring and count of lost events this one uses, too. */
  readonly ring?: Shared;
  /** The object whose place this one takes. */
  readonly old?: Shared;
  /** When it is taken back unless it is confirmed, ns since boot; 0 or left out: not at all. */
  readonly confirmBy?: number;
  /** When the interface was attached; left out: now. */
  readonly started?: number;
  readonly pid?: number;
  /** With the program that takes packets which do not fit into a page. */
  readonly frags?: boolean;
}

/** The one of its two programs. */
export const programOf = ({ program }: AnyControl, frags: boolean): string => (frags ? `${program}_frags` : program);

/** Maps that all objects of a run have in common. */
const COMMON = ['events', '.bss'];

/**
 * An object for one interface, loaded, with the state in its maps; not attached.
 * @throws BpfError
 */
export function loadFor(tool: AnyControl, at: Interface, state: unknown, options: LoadOptions): BpfObject {
  const {
    rows,
    ringSize,
    ring,
    old,
    confirmBy = 0,
    started = readClocks().boot,
    pid = process.pid,
    frags = false,
  } = options;
  const program = programOf(tool, frags);
  const { constants, sizes = {} } = tool.setup(state, rows);
  const object = BpfObject.open(tool.object);
  try {
    object.setConstants(constants);
    for (const [map, entries] of Object.entries(sizes)) if (entries) object.setMaxEntries(map, entries);
    if (ringSize) object.setMaxEntries(tool.event.map, ringSize);
    share(object, old ?? ring, COMMON);
    share(object, old, tool.kept ?? []);
    object.setAutoload(program, true);
    object.load();
    object.bindMap(program, 'about');
    if (tool.object.maps.notes) object.bindMap(program, 'notes');
    tool.write(object, state);
    const about = { tool: tool.name, layout: tool.object.hash, netns: ownNetns(), dev: at.name.slice(0, 15) };
    writeAbout(object, { ...about, started, confirm_by: confirmBy, pid, rows, frags });
    return object;
  } catch (error) {
    object.close();
    throw error;
  }
}

function share(object: BpfObject, from: Shared | undefined, names: readonly string[]): void {
  for (const name of names) {
    const fd = from?.mapFd(name);
    if (fd !== undefined) object.shareMap(name, fd);
  }
}
