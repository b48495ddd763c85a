import { timeAsleep } from '../../bpf/clock.ts';
import { ManyMap } from '../../bpf/many.ts';
import { tcpStateNumber } from '../../btf/tcp-state.ts';
import type { Totals } from '../../gen/flowtop.ts';
import type { FlowRow } from '../columns/flow-row.ts';
import type { Loaded } from '../tool/attach-plan.ts';
import type { Reading, Source } from '../top/define.ts';
import { advance, BEFORE, FIELDS, hasChanged, keep, Now } from './advance.ts';
import { FlowTable } from './flow-table.ts';
import { type Amounts, amountsOf, NOTHING, totalsRow } from './fold.ts';
import { FlowOwners } from './owners.ts';
import { FlowAt } from './row.ts';
import { KEY_WORDS } from './words.ts';

/** How the words of struct traffic are folded (bpf/flowtop.bpf.c). */
const FOLDING = { sums: 8, maxima: 1 };
/** After how much silence a flow is forgotten, ns: a connection that has ended or never began, one that is open, others. */
const FORGET = { ended: 5e9, open: 600e9, other: 60e9 };
const OPEN: ReadonlySet<number> = new Set(['ESTABLISHED', 'CLOSE_WAIT', 'FIN_WAIT2'].map(tcpStateNumber));

const patience = (state: number): number => (state === 0 ? FORGET.other : OPEN.has(state) ? FORGET.open : FORGET.ended);

/** Reads what flowtop's program has counted. */
export class FlowSource implements Source<FlowRow> {
  readonly #object: Loaded;
  readonly #flows: ManyMap;
  readonly #table = new FlowTable();
  /** Of each slot that was ever used. */
  readonly #rows: FlowAt[] = [];
  readonly #owners: FlowOwners;
  /** Slots: those whose owner is not known, or those that are over. */
  #slots = new Int32Array(256);
  /** So many of them are over: they are shown for the last time. */
  #over = 0;
  #last: number;
  #totals: Amounts = NOTHING;
  readonly #payload = { tx_bytes: 0, rx_bytes: 0 };
  #removed = 0;
  #evicted = 0;

  /** Flows that it keeps anything of. */
  get size(): number {
    return this.#table.size;
  }

  constructor(object: Loaded, start: number) {
    this.#object = object;
    this.#flows = new ManyMap(object, 'flows');
    this.#owners = new FlowOwners(object, this.#table, this.#rows);
    this.#last = start;
  }

  read(time: number, quiet: number): Reading<FlowRow> {
    const table = this.#table;
    const interval = Math.max(time - this.#last, 1);
    this.#last = time;
    table.begin(time, time - timeAsleep(), interval);
    // before the flows are: one that comes meanwhile must not seem to be evicted
    const totals = this.#readTotals();
    this.#owners.find(this.#slots, this.#readFlows());
    const rows = this.#shown(quiet);
    const known = table.size;
    this.#evicted = Math.max(this.#evicted, totals.flows - this.#removed - known);
    this.#forget();
    return { time, interval, rows, totals: this.#sumUp(totals, known, time, interval), evicted: this.#evicted };
  }

  /** @returns those that have carried something in this interval, or not long ago */
  #shown(quiet: number): FlowRow[] {
    const { end, serials, numbers, reading, awake } = this.#table;
    const rows: FlowRow[] = [];
    for (let slot = 0, at = 0; slot < end; slot++, at += FIELDS) {
      if (serials[slot] === 0) continue;
      if (numbers[at + Now.changed] === reading || awake - numbers[at + Now.seen] < quiet) rows.push(this.#rows[slot]);
    }
    return rows;
  }

  /** @returns of how many flows nobody knows whose they are: the first ones of `#slots` */
  #readFlows(): number {
    const table = this.#table;
    for (let i = 0; i < this.#over; i++) table.remove(this.#slots[i]);
    const reading = ++table.reading;
    let unowned = 0;
    this.#flows.readFolded(FOLDING, (words, key, value) => {
      let slot = table.find(words, key);
      if (slot < 0) slot = this.#add(words, key);
      const { numbers } = table;
      const at = slot * FIELDS;
      numbers[at + Now.read] = reading;
      if (hasChanged(numbers, at, words, value)) {
        advance(numbers, at, words, value);
        this.#payload.tx_bytes += numbers[at + Now.tx_bytes] - numbers[at + BEFORE + Now.tx_bytes];
        this.#payload.rx_bytes += numbers[at + Now.rx_bytes] - numbers[at + BEFORE + Now.rx_bytes];
        // one that is older than the run has not done anything in it yet
        if (numbers[at + Now.tx_packets] + numbers[at + Now.rx_packets] > 0) numbers[at + Now.changed] = reading;
      } else if (numbers[at + Now.changed] === reading - 1) keep(numbers, at);
      else return;
      if (this.#rows[slot].known === null) this.#slots[unowned++] = slot;
    });
    const { numbers, serials, end } = table;
    for (let slot = 0; slot < end; slot++)
      if (serials[slot] !== 0 && numbers[slot * FIELDS + Now.read] !== reading) table.remove(slot);
    return unowned;
  }

  #add(words: Uint32Array, key: number): number {
    const slot = this.#table.add(words, key);
    if (slot === this.#rows.length) this.#rows.push(new FlowAt(this.#table, slot, this.#owners));
    this.#rows[slot].renew();
    if (this.#slots.length < this.#table.end) {
      const more = new Int32Array(this.#table.end * 2);
      more.set(this.#slots);
      this.#slots = more;
    }
    return slot;
  }

  /** Takes what is over out of the map, so that there is room for what comes. */
  #forget(): void {
    const { end, serials, numbers, awake, keys } = this.#table;
    this.#over = 0;
    for (let slot = 0, at = 0; slot < end; slot++, at += FIELDS) {
      if (serials[slot] === 0) continue;
      if (awake - numbers[at + Now.seen] > patience(numbers[at + Now.state])) this.#slots[this.#over++] = slot;
    }
    this.#removed += this.#flows.delete(this.#over, (i, words, key) => {
      const from = this.#slots[i] * KEY_WORDS;
      for (let word = 0; word < KEY_WORDS; word++) words[key + word] = keys.u32[from + word];
    });
  }

  #readTotals(): Totals {
    const each = this.#object.lookup('totals', 0 as never) as unknown as readonly Totals[];
    return each.reduce((sum, one) => ({
      flows: sum.flows + one.flows,
      tx_packets: sum.tx_packets + one.tx_packets,
      rx_packets: sum.rx_packets + one.rx_packets,
      tx_wire_bytes: sum.tx_wire_bytes + one.tx_wire_bytes,
      rx_wire_bytes: sum.rx_wire_bytes + one.rx_wire_bytes,
    }));
  }

  /** Payload is known of flows only: what one that was evicted has carried since the last reading is not among it. */
  #sumUp(totals: Totals, flows: number, time: number, interval: number): FlowRow {
    const before = this.#totals;
    this.#totals = amountsOf(totals, this.#payload);
    return totalsRow(this.#totals, before, flows, time, interval);
  }
}
