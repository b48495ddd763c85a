import { type Recorded, resolvedOf } from './recorded-columns.ts';

/** The columns of --resolve, and the address that each is the name of. */
const NAMES = [
  ['lname', 'laddr'],
  ['rname', 'raddr'],
  ['sname', 'saddr'],
  ['dname', 'daddr'],
] as const;

/** Names of addresses, as far as the recording has told them: the first event with an address came before its name. */
export class RecordedNames {
  readonly #names = new Map<string, string>();
  readonly #columns: (typeof NAMES)[number][];

  /** @param resolved names of the columns whose values the recording has */
  constructor(resolved: ReadonlySet<string>) {
    this.#columns = NAMES.filter(([column]) => resolved.has(column));
  }

  learn(events: readonly Recorded[]): void {
    if (this.#columns.length === 0) return;
    for (const event of events) {
      for (const [column, address] of this.#columns) {
        const name = resolvedOf(event)[column];
        if (typeof name === 'string') this.#names.set(`${event[address]}`, name);
      }
    }
  }

  nameOf(address: string): string | null {
    return this.#names.get(address) ?? null;
  }
}
