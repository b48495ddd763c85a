import type { BpfObject } from '../../bpf/object.ts';
import { rememberInterface } from '../../host/interfaces.ts';
import type { Loaded } from '../tool/attach-plan.ts';
import type { AnyControl, Interface, Maps } from './define.ts';
import { Held } from './held.ts';
import { loadFor } from './load.ts';
import { pinLink } from './pins.ts';
import { attachXdp, type WantedMode } from './xdp.ts';

export interface FleetOptions {
  readonly interfaces: readonly Interface[];
  readonly mode: WantedMode;
  readonly rows: boolean;
  /** When it is taken back unless it is confirmed, ns since boot. */
  readonly confirmBy?: number;
  /** Bytes of the ring. */
  readonly ringSize?: number;
  /** Looks at what is loaded, before anything is attached. @throws KitError to prevent that */
  readonly judge?: (object: BpfObject, at: Interface) => void;
}

/** The interfaces of one run, which all write into the ring of the first one's object. */
export class Fleet implements Loaded {
  readonly held: readonly Held[];
  readonly #first: BpfObject;
  readonly #atEnd: (() => void)[] = [];

  private constructor(held: readonly Held[]) {
    this.held = held;
    this.#first = held[0].object;
  }

  /** Attaches to all of them, or to none. @throws KitError, BpfError */
  static open(tool: AnyControl, state: unknown, options: FleetOptions): Fleet {
    const { interfaces, mode, judge, ...load } = options;
    const objects: BpfObject[] = [];
    try {
      for (const at of interfaces) {
        const object = loadFor(tool, at, state, { ...load, ring: objects[0] });
        objects.push(object);
        judge?.(object, at);
      }
      const held = interfaces.map((at, i) => {
        rememberInterface(at);
        const loadFrags = () => loadFor(tool, at, state, { ...load, ring: objects[0], frags: true });
        const attached = attachXdp(tool, objects[i], at, mode, loadFrags);
        if (attached.object !== objects[i]) {
          objects[i].close();
          objects[i] = attached.object;
        }
        return new Held(tool, at, attached);
      });
      return new Fleet(held);
    } catch (error) {
      for (const object of objects) object.close();
      throw error;
    }
  }

  get layout() {
    return this.#first.layout;
  }

  mapFd(name: string): number {
    return this.#first.mapFd(name);
  }

  get loaded(): boolean {
    return this.#first.loaded;
  }

  misses(): number {
    return this.held.reduce((sum, { object }) => sum + object.misses(), 0);
  }

  readMap: Maps['readMap'] = (name) => this.#first.readMap(name);
  lookup: Maps['lookup'] = (name, key) => this.#first.lookup(name, key);

  /** Keeps all links without this process. @param root of a BPF file system @throws BpfError, KitError */
  pin(root: string, tool: string): void {
    for (const { at, attached } of this.held) pinLink(root, tool, at, attached.link.fd);
  }

  /** What is to be done as soon as nothing is attached (unless it is pinned), and the maps can still be read. */
  atEnd(action: () => void): void {
    this.#atEnd.push(action);
  }

  detach(): void {
    for (const { object } of this.held) object.detach();
  }

  close(): void {
    this.detach();
    for (const action of this.#atEnd.splice(0)) action();
    for (const held of this.held) held.close();
  }
}
