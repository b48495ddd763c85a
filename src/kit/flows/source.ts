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
/** After how much silence a flow is forgotten, ns: of a connection that has ended, or never began; and of any other. */
const FORGET = { ended: 5e9, other: 300e9 };
const OPEN: ReadonlySet<string> = new Set(['ESTABLISHED', 'CLOSE_WAIT', 'FIN_WAIT2']);

/** Reads what flowtop's program has counted. */
export class FlowSource implements Source<FlowRow> {
  readonly #object: Loaded;
  readonly #flows: ManyMap<FlowKey, Traffic>;
  readonly #owners: ManyMap<number, Owner>;
  readonly #cgroups = new CgroupPaths();
  #known = new Map<string, KnownFlow>();
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

  read(time: number): Reading<FlowRow> {
    const interval = Math.max(time - this.#last, 1);
    const before = this.#last;
    this.#last = time;
    // before the flows are: one that comes meanwhile must not seem to be evicted
    const totals = this.#readTotals();
    const known = new Map<string, KnownFlow>();
    const active: KnownFlow[] = [];
    this.#flows.readFolded(FOLDING, (key, decode, value) => {
      // a flow that another one has taken the place of while the map was read may be met again
      const flow = this.#known.get(key) ?? newFlow(key, decode(), value);
      advance(flow, value);
      this.#payload.tx_bytes += flow.amounts.tx_bytes - flow.before.tx_bytes;
      this.#payload.rx_bytes += flow.amounts.rx_bytes - flow.before.rx_bytes;
      known.set(key, flow);
      if (value.seen > before || flow.owner === undefined) active.push(flow);
    });
    this.#known = known;
    this.#findOwners(active);
    const rows = [...known.values()].map((flow) => flowRow(flow, time, interval));
    this.#evicted = Math.max(this.#evicted, totals.flows - this.#removed - known.size);
    this.#forget(time);
    return { time, interval, rows, totals: this.#sumUp(totals, rows.length, time, interval), evicted: this.#evicted };
  }

  /** Who uses these sockets: it may be another process than at the last reading. */
  #findOwners(flows: readonly KnownFlow[]): void {
    const owners = this.#owners.lookup(flows.map(({ now }) => Number(now.user)));
    for (const [i, flow] of flows.entries()) {
      const owner = owners[i];
      if (!owner || owner.pid === 0) flow.owner ??= null;
      else if (flow.owner?.pid !== owner.pid || flow.owner.comm !== owner.comm) {
        const cgroup = this.#cgroups.pathOf(owner.cgroup_id);
        flow.owner = { ...owner, cgroup, container: cgroup === null ? null : containerName(cgroup) };
      }
    }
  }

  /** Takes out of the map what is over, so that there is room for what comes. */
  #forget(time: number): void {
    const over: string[] = [];
    for (const [key, { now }] of this.#known) {
      const ended = now.state !== 'NONE' && !OPEN.has(now.state);
      if (time - now.seen > (ended ? FORGET.ended : FORGET.other)) over.push(key);
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
