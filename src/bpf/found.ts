import type { ObjectLayout } from '../btf/layout.ts';
import { type Opened, openById } from './links.ts';
import { openMailbox } from './mailbox.ts';
import { Maps } from './maps.ts';
import { step } from './step.ts';

/** What the kernel keeps of a name, bytes: BPF_OBJ_NAME_LEN less its NUL. */
const NAME = 15;
/** struct program_facts of native/links.c: where its members begin. */
const FACTS = { tag: 16, count: 24, ids: 28, size: 28 + 63 * 4 } as const;

/** A program that is loaded, whoever did that. */
export interface ProgramFacts {
  /** Its first 15 characters. */
  readonly name: string;
  /** Digest of its instructions, hexadecimal. */
  readonly tag: string;
  readonly maps: readonly number[];
}

/** @returns undefined when there is no such program (any more) @throws BpfError */
export function programFacts(id: number): ProgramFacts | undefined {
  using program = openById('prog', id);
  if (!program) return undefined;
  const bytes = Buffer.alloc(FACTS.size);
  step(`ask for program ${id}`, () => openMailbox().native.kit_program_facts(program.fd, bytes));
  const ids = Array.from({ length: bytes.readUInt32LE(FACTS.count) }, (_, i) => bytes.readUInt32LE(FACTS.ids + 4 * i));
  return { name: text(bytes.subarray(0, FACTS.tag)), tag: bytes.toString('hex', FACTS.tag, FACTS.count), maps: ids };
}

/** A name as the kernel keeps it. */
export const kernelName = (name: string): string => name.slice(0, NAME);

const text = (bytes: Buffer) => bytes.toString('latin1', 0, bytes.indexOf(0));

/**
 * The maps of a loaded program that this process may not have loaded, by the names that its object has for them. Only
 * those of the layout can be read; whether they are what it says is for `about` to tell (src/kit/control/about.ts).
 */
export class FoundMaps<L extends ObjectLayout = ObjectLayout> extends Maps<L> implements Disposable {
  readonly #opened = new Map<string, Opened>();

  /** @throws BpfError */
  constructor(layout: L, { maps }: Pick<ProgramFacts, 'maps'>) {
    super(layout);
    for (const id of maps) {
      const map = openById('map', id);
      if (!map) continue;
      const name = Buffer.alloc(NAME + 1);
      step(`ask for map ${id}`, () => openMailbox().native.kit_map_name(map.fd, name));
      this.#opened.set(text(name), map);
    }
  }

  /** Descriptor of a map, also of '.bss'; undefined: the program has none of that name. */
  mapFd(name: string): number | undefined {
    // libbpf puts the beginning of the object's name before it
    const found = name.startsWith('.') ? [...this.#opened.keys()].find((known) => known.endsWith(name)) : name;
    return this.#opened.get(kernelName(found ?? ''))?.fd;
  }

  protected fdOf(name: string): number {
    return this.mapFd(name) ?? -1;
  }

  close(): void {
    for (const map of this.#opened.values()) map[Symbol.dispose]();
    this.#opened.clear();
    this.forgetMaps();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
