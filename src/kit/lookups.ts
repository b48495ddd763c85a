import { stringToBytes } from '../btf/bytes.ts';
import { parseDnsReply } from '../host/dns.ts';
import { perRun } from './tool/run.ts';

/** How many addresses are remembered: those that were looked up last, of all processes together. */
const REMEMBERED = 16384;

/** An event that may be a DNS reply which a process has read, and is else about an address that it talks to. */
export interface LookupEvent {
  readonly pid: number;
  readonly raddr: string;
  /** The reply's bytes as text; empty: it is none. */
  readonly answer: string;
}

/** What processes have called the addresses that they talk to: the names that they had looked up. */
export class Lookups {
  readonly #names = new Map<string, string>();
  readonly #told = new WeakMap<object, string>();

  /** To be shown every event, in the order in which they happened. @returns false for a reply, which is only learnt from */
  see(event: LookupEvent): boolean {
    if (event.answer === '') {
      const name = this.#names.get(key(event.pid, event.raddr));
      if (name !== undefined) this.#told.set(event, name);
      return true;
    }
    const reply = parseDnsReply(stringToBytes(event.answer));
    for (const address of reply?.addresses ?? []) this.#learn(key(event.pid, address), reply?.name ?? '');
    return false;
  }

  /** The name that the process had looked up when the event happened; null: it is not known. */
  nameOf(event: LookupEvent): string | null {
    return this.#told.get(event) ?? null;
  }

  #learn(key: string, name: string): void {
    this.#names.delete(key);
    this.#names.set(key, name);
    if (this.#names.size <= REMEMBERED) return;
    const [oldest] = this.#names.keys();
    this.#names.delete(oldest);
  }
}

const key = (pid: number, address: string) => `${pid} ${address}`;

export const lookupsOf = perRun(() => new Lookups());
