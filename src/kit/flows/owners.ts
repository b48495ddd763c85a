import { ManyMap } from '../../bpf/many.ts';
import { type RecordView, recordView } from '../../btf/layout.ts';
import { flowtop, type Owner } from '../../gen/flowtop.ts';
import { CgroupPaths, containerName } from '../../host/cgroup-paths.ts';
import type { FlowRow } from '../columns/flow-row.ts';
import type { Loaded } from '../tool/attach-plan.ts';
import { FIELDS, Now } from './advance.ts';
import type { FlowTable } from './flow-table.ts';
import type { FlowAt } from './row.ts';
import { OWNER, OWNER_WORDS } from './words.ts';

/** A thread, and where it lives. One object for all that belongs to it. */
export interface Placed extends Owner, Pick<FlowRow, 'cgroup' | 'container'> {
  /** As the kernel has told of it. */
  readonly words: Uint32Array;
}

/** So many threads are remembered; then it begins anew. */
const THREADS = 4096;

/** Knows whose the sockets of flows are. */
export interface Owners {
  /** Looks for the owner of this slot, if it may be another one than when it was looked for last. */
  refresh(slot: number): void;
}

/** So many owners are looked for one by one: then all are likely to be asked for. */
const FEW = 64;

/** Who uses the sockets of flows. */
export class FlowOwners implements Owners {
  readonly #owners: ManyMap;
  readonly #table: FlowTable;
  readonly #rows: readonly FlowAt[];
  readonly #cgroups = new CgroupPaths();
  readonly #threads = new Map<number, Placed>();
  readonly #found: RecordView = recordView(new ArrayBuffer((flowtop.maps.owners.value.size + 7) & ~7));
  readonly #one = new Int32Array(1);
  #few = 0;
  #reading = 0;

  constructor(object: Loaded, table: FlowTable, rows: readonly FlowAt[]) {
    this.#owners = new ManyMap(object, 'owners');
    this.#table = table;
    this.#rows = rows;
  }

  refresh(slot: number): void {
    if (!this.#isDue(slot)) return;
    if (this.#reading !== this.#table.reading) {
      this.#reading = this.#table.reading;
      this.#few = 0;
    }
    if (++this.#few > FEW) this.#findAll();
    else {
      this.#one[0] = slot;
      this.find(this.#one, 1);
    }
  }

  /** Who has called since the last packet is known only at the reading after it. */
  #isDue(slot: number): boolean {
    const { numbers, reading } = this.#table;
    const at = slot * FIELDS;
    return numbers[at + Now.asked] < Math.min(numbers[at + Now.changed] + 1, reading);
  }

  #findAll(): void {
    const { end, serials } = this.#table;
    const slots = new Int32Array(end);
    let due = 0;
    for (let slot = 0; slot < end; slot++) if (serials[slot] !== 0 && this.#isDue(slot)) slots[due++] = slot;
    this.find(slots, due);
  }

  /** Looks for the owners of so many slots. */
  find(slots: Int32Array, count: number): void {
    const { numbers, reading } = this.#table;
    this.#owners.lookup(
      count,
      (i, words, key) => {
        const at = slots[i] * FIELDS;
        words[key] = numbers[at + Now.user];
        words[key + 1] = numbers[at + Now.user_high];
        numbers[at + Now.asked] = reading;
      },
      (i, words, value) => {
        if (value < 0 || words[value + OWNER.pid] === 0) return;
        const row = this.#rows[slots[i]];
        const { known } = row;
        if (!known || known.cgroup === null || !same(known, words, value)) row.ownedBy(this.#place(words, value));
      },
    );
  }

  #place(words: Uint32Array, value: number): Placed {
    const tid = words[value + OWNER.tid];
    const known = this.#threads.get(tid);
    if (known && known.cgroup !== null && same(known, words, value)) return known;
    const view = this.#found;
    view.u32.set(words.subarray(value, value + OWNER_WORDS));
    const owner = flowtop.maps.owners.value.decode(view, 0);
    const cgroup = this.#cgroups.pathOf(owner.cgroup_id);
    const container = cgroup === null ? null : containerName(cgroup);
    const placed = { ...owner, cgroup, container, words: view.u32.slice(0, OWNER_WORDS) };
    if (this.#threads.size >= THREADS) this.#threads.clear();
    this.#threads.set(tid, placed);
    return placed;
  }
}

function same({ words }: Placed, others: Uint32Array, at: number): boolean {
  for (let i = 0; i < OWNER_WORDS; i++) if (words[i] !== others[at + i]) return false;
  return true;
}
