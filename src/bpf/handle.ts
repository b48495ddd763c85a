import { constants } from 'node:os';
import { Field, openMailbox, readU64 } from './mailbox.ts';
import { failure, step } from './step.ts';

const { EBADF, ENOENT } = constants.errno;

/** libbpf's bpf_object: what can be asked of it, by name. Names come from the layout, so they exist. */
export class Handle {
  readonly #name: string;
  #address: number;

  /** @param bytes of the object file @throws BpfError */
  constructor(name: string, bytes: Uint8Array) {
    this.#name = name;
    this.#address = step(`open ${name}`, () => openMailbox().native.kit_open(bytes, bytes.length, name));
  }

  /** @throws BpfError when it is closed: libbpf would read freed memory */
  get address(): number {
    if (this.#address === 0) throw failure(`use ${this.#name}`, EBADF, { cause: 'the object is closed' });
    return this.#address;
  }

  program(name: string): number {
    return found(`program ${name}`, openMailbox().native.bpf_object__find_program_by_name(this.address, name));
  }

  map(name: string): number {
    return found(`map ${name}`, openMailbox().native.bpf_object__find_map_by_name(this.address, name));
  }

  /** @throws BpfError when it is not loaded */
  programFd(name: string): number {
    return descriptor(`program ${name}`, openMailbox().native.bpf_program__fd(this.program(name)));
  }

  /** Of those that are loaded. */
  programFds(names: readonly string[]): number[] {
    const { native } = openMailbox();
    return names.map((name) => native.bpf_program__fd(this.program(name))).filter((fd) => fd >= 0);
  }

  /** @throws BpfError when it is not loaded */
  mapFd(name: string): number {
    return descriptor(`map ${name}`, openMailbox().native.bpf_map__fd(this.map(name)));
  }

  close(): void {
    if (this.#address !== 0) openMailbox().native.bpf_object__close(this.#address);
    this.#address = 0;
  }
}

function found(what: string, address: number): number {
  if (address === 0) throw failure(`find ${what}`, ENOENT);
  return address;
}

function descriptor(what: string, fd: number): number {
  if (fd < 0) throw failure(`use ${what}`, EBADF, { cause: 'it is not loaded' });
  return fd;
}

export interface ProgramInfo {
  /** Times that the kernel did not run it because it was running already; 0 before kernel 5.12. */
  readonly misses: number;
  /** Instructions that the verifier looked at; 0 before kernel 5.16. */
  readonly verifiedInsns: number;
}

/** What the kernel counts for a loaded program. May be asked again and again. @throws BpfError */
export function programInfo(fd: number): ProgramInfo {
  const { native, head } = openMailbox();
  head[Field.programFd] = fd;
  const result = native.kit_program_info();
  if (result < 0) throw failure('ask for program info', -result);
  return { misses: readU64(head, Field.misses), verifiedInsns: head[Field.verifiedInsns] };
}
