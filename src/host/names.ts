import { promises as dns } from 'node:dns';
import { hostsFile } from './hosts-file.ts';
import { monotonic } from './monotonic.ts';

/** Questions under way at the same time. */
const AT_ONCE = 8;
/** Addresses that wait for their turn; what comes on top is asked for when it comes again. */
const WAITING = 1024;
/** Addresses that are remembered; the one that has been known longest goes first. */
const REMEMBERED = 16384;
/** After this time, ms, it is asked again for the name of an address that had none. */
const RETRY = 60_000;

/** Who answers. */
export interface Resolver {
  /** @returns names; rejected where there is none */
  reverse(address: string): Promise<readonly string[]>;
  /** Gives up all questions. */
  cancel(): void;
}

interface Known {
  name: string | null;
  readonly asked: number;
}

/**
 * Names of addresses, by the hosts file and reverse DNS, without waiting for them. Asked by Node's own resolver, whose
 * questions can be given up; of the hosts file it would hand over all names but the first.
 */
export class Names {
  readonly #resolver: Resolver;
  readonly #hosts: ReadonlyMap<string, string>;
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Set<string>();
  #running = 0;
  #closed = false;

  constructor(resolver: Resolver = new dns.Resolver({ timeout: 2000, tries: 2 }), hosts = hostsFile()) {
    this.#resolver = resolver;
    this.#hosts = hosts;
  }

  /** The name, as far as it is known by now: the first time that an address comes, it is only asked for. */
  nameOf(address: string): string | null {
    const given = this.#hosts.get(address);
    if (given !== undefined) return given;
    const known = this.#known.get(address);
    const stale = !known || (known.name === null && monotonic() - known.asked > RETRY);
    if (stale && !this.#closed && this.#waiting.size < WAITING && !isUnspecified(address)) {
      this.#remember(address);
      this.#waiting.add(address);
      this.#next();
    }
    return known?.name ?? null;
  }

  /** Ends all questions at once; what is known stays known. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    if (this.#running > 0) this.#resolver.cancel();
  }

  #remember(address: string): void {
    this.#known.delete(address);
    this.#known.set(address, { name: null, asked: monotonic() });
    if (this.#known.size <= REMEMBERED) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest);
  }

  #next(): void {
    for (const address of this.#waiting) {
      if (this.#running >= AT_ONCE) return;
      this.#waiting.delete(address);
      this.#running++;
      void this.#ask(address);
    }
  }

  async #ask(address: string): Promise<void> {
    const known = this.#known.get(address);
    try {
      const [name] = await this.#resolver.reverse(address);
      if (known && name) known.name = name;
    } catch {
      // it has none, or nobody answers
    }
    this.#running--;
    this.#next();
  }
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
