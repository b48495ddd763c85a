import { BEFORE, FIELDS, Now } from './advance.ts';
import { type Ends, endsOf } from './ends.ts';
import type { FlowTable } from './flow-table.ts';
import type { Owners, Placed } from './owners.ts';

/**
 * The flow at a slot of the table, whichever one that is: a window that shows the last reading, and computes what is
 * asked for.
 */
export class FlowWindow {
  readonly #table: FlowTable;
  readonly #slot: number;
  readonly #owners: Owners;
  #ends: Ends | undefined;
  #owner: Placed | null = null;

  constructor(table: FlowTable, slot: number, owners: Owners) {
    this.#owners = owners;
    this.#table = table;
    this.#slot = slot;
  }

  /** Another flow is at the slot. */
  renew(): void {
    this.#ends = undefined;
    this.#owner = null;
  }

  /** Whose it is; null: nobody knows. */
  ownedBy(owner: Placed | null): void {
    this.#owner = owner;
  }

  /** The same, as far as it was looked for. */
  get known(): Placed | null {
    return this.#owner;
  }

  protected whose(): Placed | null {
    this.#owners.refresh(this.#slot);
    return this.#owner;
  }

  /** When it was read, ns since boot. */
  protected read(): number {
    return this.#table.time;
  }

  /** The same without time asleep: silence does not grow meanwhile. */
  protected awake(): number {
    return this.#table.awake;
  }

  /** What no other flow ever was called. */
  protected serial(): string {
    return `${this.#table.serials[this.#slot]}`;
  }

  protected now(field: Now): number {
    return this.#table.numbers[this.#slot * FIELDS + field];
  }

  /** Per second; a count that is corrected downwards (a segment that came was dropped) is no negative rate. */
  protected rateOf(amount: Now): number {
    const at = this.#slot * FIELDS + amount;
    const carried = this.#table.numbers[at] - this.#table.numbers[at + BEFORE];
    return Math.round((Math.max(0, carried) * 1e9) / this.#table.interval);
  }

  protected both(): Ends {
    this.#ends ??= endsOf(this.#table, this.#slot);
    return this.#ends;
  }

  protected isTcp(): boolean {
    return this.now(Now.state) !== 0;
  }
}
