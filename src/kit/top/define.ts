import type { ProgramName } from '../../bpf/types.ts';
import type { ObjectLayout } from '../../btf/layout.ts';
import type { Columns } from '../columns/columns.ts';
import type { Loaded } from '../tool/attach-plan.ts';
import type { Setup, ToolInfo } from '../tool/define.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import type { Plan } from '../tool/plan.ts';
import type { Run } from '../tool/run.ts';
import type { TopFacts, TopRow, TopSettings } from './model.ts';

/** A run whose settings may change; columns whose text depends on them ask for them each time. */
export interface TopRun extends Run {
  /** Left out: those that a run begins with. */
  readonly settings?: Pick<TopSettings, 'units'>;
}

/** What was read from the maps at one moment. */
export interface Reading<E extends TopRow> {
  /** ns since boot. */
  readonly time: number;
  /** Since the reading before, ns. */
  readonly interval: number;
  /** What the maps know of, as far as it was asked for. They may change with the next reading: see held(). */
  readonly rows: readonly E[];
  /** All that was counted, also what had no room in the maps. */
  readonly totals: E;
  /** Things that the maps had no room for, and have forgotten, since the start. */
  readonly evicted: number;
}

/** Reads a tool's maps, and remembers what it needs for the next reading. */
export interface Source<E extends TopRow> {
  /** @param quiet rows that have been silent for so long are not asked for, ns; 0: only those of this interval */
  read(time: number, quiet: number): Reading<E>;
}

/** Which rows make one. */
export interface Grouping<E extends TopRow> {
  /** Of what: 'by process'. */
  readonly doc: string;
  /** What the rows of a group have in common; null: no group, each row for itself. */
  readonly key: ((row: E) => string) | null;
  /** Names of the columns shown, and of those for which a wide terminal has room, too. */
  readonly columns: readonly string[];
  readonly more?: readonly string[];
  /** Columns worth sorting by; the first one is what it begins with. */
  readonly sorts: readonly string[];
}

/** A tool that shows, once per interval, what the kernel has counted: map → rows → snapshot. */
export interface TopTool<
  E extends TopRow = TopRow,
  O extends OptionSpecs = OptionSpecs,
  C extends Columns<E> = Columns<E>,
> extends ToolInfo {
  readonly shape: 'top';
  readonly object: ObjectLayout;
  /** What its rows are: 'flows'. */
  readonly what: string;
  /** The `type` of the records of rows that are not grouped: 'flow'. */
  readonly type: string;
  readonly options: O;
  columns(options: OptionsOf<O>, run: TopRun): C;
  readonly plan: Plan;
  setup(options: OptionsOf<O>): Setup;
  /** @param start of the first interval, ns since boot */
  source(object: Loaded, start: number): Source<E>;
  /** The first one is not grouped, and what it begins with. */
  readonly groups: Readonly<Record<string, Grouping<E>>>;
  /** Several rows as one. */
  fold(rows: readonly E[], key: string): E;
  /** Of how many things the maps have room. */
  capacity(options: OptionsOf<O>): number;
  /** Columns of the totals. */
  readonly totals: readonly (keyof C & string)[];
  /** The columns that rows have which are not grouped. */
  defaults(options: OptionsOf<O>): readonly string[];
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  readonly blindSpots: readonly string[];
}

/** A top tool as it is written down: its programs are held against those of its object. */
type TopDeclaration<L extends ObjectLayout, E extends TopRow, O extends OptionSpecs, C extends Columns<E>> = Omit<
  TopTool<E, O, C>,
  'shape' | 'object' | 'plan' | 'source' | 'setup' | 'type' | 'defaults'
> & {
  readonly object: L;
  readonly plan: Plan<ProgramName<L>>;
  source(object: Loaded, start: number): Source<E>;
  setup(options: OptionsOf<O>): Setup<keyof L['constants'] & string>;
};

/** Declares a top tool; the default export of its file. */
export function defineTop<L extends ObjectLayout, E extends TopRow, O extends OptionSpecs, C extends Columns<E>>(
  tool: TopDeclaration<L, E, O, C>,
): TopTool<E, O, C> {
  const defaults = () => Object.values(tool.groups)[0].columns;
  return { ...tool, shape: 'top', type: tool.what.replace(/s$/, ''), defaults } as unknown as TopTool<E, O, C>;
}

/** Any top tool, for code that does not care which. */
export type AnyTopTool = TopTool<TopRow, OptionSpecs, Columns<TopRow>>;

/** How the tool's rows can be grouped and sorted. */
export const groupingsOf = ({ what, groups }: AnyTopTool): Pick<TopFacts, 'what' | 'groups' | 'sorts'> => ({
  what,
  groups: Object.entries(groups).map(([name, { doc }]) => [name, doc]),
  sorts: (group) => groups[group].sorts,
});
