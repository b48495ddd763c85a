import type { ObjectLayout } from '../btf/layout.ts';
import { packageFile } from '../root.ts';
import { attachProgram } from './attach.ts';
import { encodeConstants } from './constants.ts';
import { Handle, programInfo } from './handle.ts';
import { type Link, LinkSet } from './link.ts';
import { openMailbox } from './mailbox.ts';
import { Maps } from './maps.ts';
import { readObjectFile } from './open.ts';
import { step } from './step.ts';
import type { AttachTarget } from './target.ts';
import type { ConstantValues, MapName, ProgramName } from './types.ts';

/**
 * A BPF object file, its programs and maps. In this order: open, settings, load, attach. Everything that it brought
 * into the kernel is gone after `close`, or when the process ends. Whatever fails throws a BpfError.
 */
export class BpfObject<L extends ObjectLayout = ObjectLayout> extends Maps<L> implements Disposable {
  readonly #handle: Handle;
  readonly #links = new LinkSet();
  #loaded = false;

  private constructor(layout: L, handle: Handle) {
    super(layout);
    this.#handle = handle;
  }

  /**
   * @param file by default dist/bpf/<name>.bpf.o of this package
   * @throws BpfError: missing, corrupt (code 'FORMAT'), not the one that the layout was generated from (code 'LAYOUT')
   */
  static open<const L extends ObjectLayout>(layout: L, file?: string | URL): BpfObject<L> {
    const bytes = readObjectFile(layout, file ?? packageFile(`dist/bpf/${layout.name}.bpf.o`));
    return new BpfObject(layout, new Handle(layout.name, bytes));
  }

  /**
   * Before `load`. Constants that are not mentioned, or undefined, keep the values of the C file.
   * @throws RangeError for an unknown name or a value that does not fit, TypeError for one of another kind
   */
  setConstants(values: ConstantValues): void {
    const { native } = openMailbox();
    for (const { name, offset, bytes } of encodeConstants(this.layout, values)) {
      step(`set ${name}`, () => native.kit_set_rodata(this.#handle.address, offset, bytes, bytes.length));
    }
  }

  /** Before `load`. For a ring buffer: its size in bytes, a power of two and at least a page. */
  setMaxEntries(map: MapName<L>, entries: number): void {
    const { native } = openMailbox();
    step(`set the size of map ${map}`, () => native.bpf_map__set_max_entries(this.#handle.map(map), entries));
  }

  /** Before `load`: whether this program is to be loaded. Those in a section with '?' are not, at first. */
  setAutoload(program: ProgramName<L>, on: boolean): void {
    const { native } = openMailbox();
    step(`choose ${program}`, () => native.bpf_program__set_autoload(this.#handle.program(program), on));
  }

  /** Before `load`: a map that is there already takes the place of this one. @param fd stays the caller's */
  shareMap(name: MapName<L> | `.${string}`, fd: number): void {
    const { native } = openMailbox();
    step(`share map ${name}`, () => native.bpf_map__reuse_fd(this.#handle.map(name), fd));
  }

  /** Once. @throws BpfError whose `program` is the one that the kernel refused; only `close` is left to do then */
  load(): void {
    step(`load ${this.layout.name}`, () => openMailbox().native.kit_load(this.#handle.address));
    this.#loaded = true;
  }

  /** Loaded and not yet closed. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** @param target by default what the program's section says */
  attach(program: ProgramName<L>, target?: AttachTarget): Link {
    return this.#links.add(attachProgram(this.#handle, program, this.layout.programs[program], target));
  }

  /** Descriptor of a loaded program; owned by the object. */
  programFd(program: ProgramName<L>): number {
    return this.#handle.programFd(program);
  }

  /** After `load`: other processes find this map from the program, although that does not use it. */
  bindMap(program: ProgramName<L>, map: MapName<L>): void {
    const { native } = openMailbox();
    step(`bind map ${map}`, () => native.kit_bind_map(this.programFd(program), this.mapFd(map)));
  }

  /** Detaches everything; maps can still be read. */
  detach(): void {
    this.#links.detach();
  }

  protected fdOf(name: string): number {
    return this.#handle.mapFd(name);
  }

  /** Descriptor of a loaded map, also of '.bss' and the like; owned by the object. */
  mapFd(name: MapName<L> | `.${string}`): number {
    return this.#handle.mapFd(name);
  }

  /**
   * Times that the kernel did not run one of the programs because it was running already on that CPU (5.12), and that
   * no twin has covered. What bpf/include/twin.h itself has for that is not missed: the first ones run then.
   */
  misses(): number {
    const first = Object.keys(this.layout.programs).filter((name) => !/^twins_|_twin$/.test(name));
    const all = this.#handle.programFds(first).reduce((sum, fd) => sum + programInfo(fd).misses, 0);
    // while programs are being detached, a twin may run whose first one is gone already: that was no miss
    return Math.max(0, all - this.#covered());
  }

  #covered(): number {
    if (!this.layout.maps.covered) return 0;
    const counts = this.lookup('covered' as MapName<L>, 0 as never) as unknown as readonly number[];
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Instructions of the program, as compiled. */
  insns(program: ProgramName<L>): number {
    return openMailbox().native.bpf_program__insn_cnt(this.#handle.program(program));
  }

  /** Instructions that the verifier looked at; 0 where the kernel does not count them (before 5.16). */
  verifiedInsns(program: ProgramName<L>): number {
    return programInfo(this.#handle.programFd(program)).verifiedInsns;
  }

  /** Detaches and frees everything; idempotent. */
  close(): void {
    this.detach();
    this.#loaded = false;
    this.forgetMaps();
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
