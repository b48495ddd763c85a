import type { Columns, NamedColumn } from '../columns/columns.ts';
import type { Run } from '../tool/run.ts';

/**
 * The shape `top`: the kernel counts in a map, which is read once per interval. Each reading becomes a snapshot (rows,
 * filtered, folded into groups and sorted), and a view shows one snapshot after the other.
 */

/** One row of a snapshot: one thing that the tool counts (a flow), or a group of them. A tool adds its own fields. */
export interface TopRow {
  /** Which row it is: the same in every snapshot of one grouping. Never shown. */
  readonly key: string;
  /** How many things of the tool's own are in it: 1 unless it is a group. */
  readonly members: number;
  /** The moment of the reading, ns since boot. */
  readonly time: number;
  /** Since it was seen last, ns; of a group, since the one that was seen last was. */
  readonly quiet: number;
  /** What the tool draws a sparkline of (for flows: bytes per second in both directions), in this interval. */
  readonly rate: number;
}

/** What a row's amounts are written in: bytes or bits, with powers of 1024 (KiB) or of 1000 (kB). */
export type UnitFamily = 'bin-bytes' | 'bin-bits' | 'si-bytes' | 'si-bits';

export const UNIT_FAMILIES = ['bin-bytes', 'bin-bits', 'si-bytes', 'si-bits'] as const satisfies readonly UnitFamily[];

/** What may be changed while it runs. The command line's options are where it begins. */
export interface TopSettings {
  /** Name of the column that rows are sorted by; numbers from the largest, text from A. */
  readonly sort: string;
  /** The other way round. */
  readonly reverse: boolean;
  /** Name of the grouping, one of TopFacts.groups. */
  readonly group: string;
  /** A CEL expression over all columns of what is not yet grouped; totals are those of what it lets pass. */
  readonly filter: string | undefined;
  /** Only rows of which a shown cell contains this text, in whichever case; '' for all. Totals do not depend on it. */
  readonly search: string;
  /** The snapshot shown stays, while the reading goes on; other changes apply to it. */
  readonly paused: boolean;
  readonly units: UnitFamily;
  /** Between two readings, ms. */
  readonly interval: number;
  /** Also what was silent in the interval. */
  readonly idle: boolean;
  /** How many rows at most a snapshot has; undefined: all. */
  readonly rows: number | undefined;
}

/** The state of the world at one reading, ready to be shown. */
export interface Snapshot<E extends TopRow = TopRow> {
  /** The moment of the reading, ns since boot: Run.clock tells the time of day. */
  readonly time: number;
  /** What rates are about, ns: the time since the reading before. */
  readonly interval: number;
  /** The columns of this grouping, in order. Their `text` follows TopSettings.units. Escape what they say. */
  readonly columns: readonly NamedColumn<E>[];
  /** Columns for which a wide terminal may have room besides, the most wanted one first; none where the user chose. */
  readonly more?: readonly NamedColumn<E>[];
  /** Filtered, grouped, searched, sorted and cut to TopSettings.rows. */
  readonly rows: readonly E[];
  /** The same before they were cut; then in no order. */
  readonly all: readonly E[];
  /** How many these are. */
  readonly found: number;
  /** Everything that the filter lets pass as one group, whether it is among `rows` or not. */
  readonly totals: E;
  /** Things (flows) that the kernel had no room for and has forgotten, the least recently used first; since the start. */
  readonly evicted: number;
  /** Of how many things the map has room. */
  readonly capacity: number;
  /** TopRow.rate of the row in the last intervals, oldest first, at most HISTORY of them; 0 where it was silent. */
  recent(row: E): readonly number[];
}

/** Intervals that Snapshot.recent() goes back. */
export const HISTORY = 60;

/** What a view has to know of the tool and of the run. */
export interface TopFacts<E extends TopRow = TopRow> {
  /** The tool's name. */
  readonly name: string;
  /** What the rows are when they are not grouped: 'flows'. */
  readonly what: string;
  /** The groupings by name in order, and what each is: ['process', 'by process']. */
  readonly groups: readonly (readonly [name: string, doc: string])[];
  /** Columns of this grouping that are worth sorting by, in the order in which a key goes through them. */
  sorts(group: string): readonly string[];
  /** All columns: heads, widths, one line of help each; the names are those of filters. */
  readonly columns: Columns<E>;
  /** Clock and start of the run. */
  readonly run: Run;
}

/** How a view changes what it is shown. */
export interface TopControl {
  /** As they are now. */
  readonly settings: TopSettings;
  /**
   * Changes some of them. TopView.show is called with the last reading in its new form before the promise is fulfilled.
   * @throws UsageError (as a rejection) for a filter that does not compile or a name that does not exist; nothing is
   *   changed then
   */
  change(part: Partial<TopSettings>): Promise<void>;
  /** Ends the run in order, as SIGINT does. */
  end(): void;
}

/** Shows snapshots: the table of --batch, JSON, or a screen. */
export interface TopView<E extends TopRow = TopRow> {
  /** Shows this one instead of, or below, the one before. Called once per interval, and after each change of settings. */
  show(snapshot: Snapshot<E>): void;
  /** A line for the user that is no data (a warning, a loss), unescaped. */
  say(message: string): void;
  /** Gives the terminal back as it was; idempotent. Nothing is shown after it. */
  close(): void;
}

/** Opens a view for people at a terminal. src/kit/top/view.ts names the one in use. */
export type OpenTopView = <E extends TopRow>(facts: TopFacts<E>, control: TopControl) => TopView<E>;
