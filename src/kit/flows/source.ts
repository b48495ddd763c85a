import { ManyMap } from '../../bpf/many.ts';
import type { FlowKey, Owner, Totals, Traffic } from '../../gen/flowtop.ts';
import { CgroupPaths, containerName } from '../../host/cgroup-paths.ts';
import type { FlowRow } from '../columns/flow-row.ts';
import type { Loaded } from '../tool/attach-plan.ts';
import type { Reading, Source } from '../top/define.ts';
import { amountsOf, totalsRow } from './fold.ts';
import { type Amounts, advance, flowRow, type KnownFlow, NOTHING, newFlow } from './row.ts';

/** How the words of struct traffic are folded (bpf/flowtop.bpf.c). */
const FOLDING = { sums: 8, maxima: 1 };
/** After how much silence a flow is forgotten, ns: a connection that has ended or never began, one that is open, others. */
const FORGET = { ended: 5e9, open: 600e9, other: 60e9 };
const OPEN: ReadonlySet<string> = new Set(['ESTABLISHED', 'CLOSE_WAIT', 'FIN_WAIT2']);

type Placed = NonNullable<KnownFlow['owner']>;

const same = (one: Owner | undefined, { tid, comm, uid, cgroup_id }: Owner) =>
  one?.tid === tid && one.comm === comm && one.uid === uid && one.cgroup_id === cgroup_id;

/** Reads what flowtop's program has counted. */
export class FlowSource implements Source<FlowRow> {
  readonly #object: Loaded;
  readonly #flows: ManyMap<FlowKey, Traffic>;
  readonly #owners: ManyMap<number, Owner>;
  readonly #cgroups = new CgroupPaths();
  readonly #known = new Map<string, KnownFlow>();
  #readings = 0;
  /** The one that was placed last. */
  #owner: Placed | undefined;
  #last: number;
  #totals: Amounts = NOTHING;
  #payload = { tx_bytes: 0, rx_bytes: 0 };
  #removed = 0;
  #evicted = 0;

  /** @param start of the first interval, ns since boot */
  constructor(object: Loaded, start: number) {
    this.#object = object;
    this.#flows = new ManyMap(object, 'flows');
    this.#owners = new ManyMap(object, 'owners');
    this.#last = start;
  }

  read(time: number, quiet: number): Reading<FlowRow> {
    const interval = Math.max(time - this.#last, 1);
    this.#last = time;
    // before the flows are: one that comes meanwhile must not seem to be evicted
    const totals = this.#readTotals();
    const active = this.#readFlows();
    this.#findOwners(active);
    const rows: FlowRow[] = [];
    for (const flow of this.#known.values()) {
      const shown = time - flow.now.seen < quiet || flow.amounts !== flow.before;
      if (shown) rows.push(flowRow(flow, time, interval));
    }
    const known = this.#known.size;
    this.#evicted = Math.max(this.#evicted, totals.flows - this.#removed - known);
    this.#forget(time);
    return { time, interval, rows, totals: this.#sumUp(totals, known, time, interval), evicted: this.#evicted };
  }

  /** @returns those that have carried something since the last reading, or the one before */
  #readFlows(): KnownFlow[] {
    const active: KnownFlow[] = [];
    const reading = ++this.#readings;
    this.#flows.readFolded(FOLDING, (key, entry) => {
      const known = this.#known.get(key);
      if (known && known.packets === entry.word(0) + entry.word(1)) {
        // who has called since its last packet is known only now
        if (known.before !== known.amounts) active.push(known);
        known.before = known.amounts;
      } else {
        const value = entry.value();
        const flow = known ?? newFlow(key, entry.key(), value);
        if (!known) this.#known.set(key, flow);
        advance(flow, value);
        this.#payload.tx_bytes += flow.amounts.tx_bytes - flow.before.tx_bytes;
        this.#payload.rx_bytes += flow.amounts.rx_bytes - flow.before.rx_bytes;
        active.push(flow);
      }
      const met = known ?? active[active.length - 1];
      met.reading = reading;
    });
    for (const [key, flow] of this.#known) if (flow.reading !== reading) this.#known.delete(key);
    return active;
  }

  /** Who uses these sockets: it may be another process than at the last reading. */
  #findOwners(flows: readonly KnownFlow[]): void {
    const owners = this.#owners.lookup(flows.map(({ now }) => Number(now.user)));
    for (const [i, flow] of flows.entries()) {
      const owner = owners[i];
      if (!owner || owner.pid === 0) flow.owner ??= null;
      else if (flow.owner?.cgroup == null || !same(flow.owner, owner)) {
        // one for all flows of a thread: many are short
        if (this.#owner?.cgroup == null || !same(this.#owner, owner)) this.#owner = this.#place(owner);
        flow.owner = this.#owner;
      }
    }
  }

  #place(owner: Owner): Placed {
    const cgroup = this.#cgroups.pathOf(owner.cgroup_id);
    return { ...owner, cgroup, container: cgroup === null ? null : containerName(cgroup) };
  }

  /** Takes out of the map what is over, so that there is room for what comes. */
  #forget(time: number): void {
    const over: string[] = [];
    for (const [key, { now }] of this.#known) {
      const kind = now.state === 'NONE' ? 'other' : OPEN.has(now.state) ? 'open' : 'ended';
      if (time - now.seen > FORGET[kind]) over.push(key);
    }
    if (over.length === 0) return;
    this.#removed += this.#flows.delete(over);
    for (const key of over) this.#known.delete(key);
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
