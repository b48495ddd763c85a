import type { ConstantValue, MapKey, MapName, ProgramName } from '../../bpf/types.ts';
import type { EventLayout, ObjectLayout } from '../../btf/layout.ts';
import type { Cgroup } from '../../host/cgroups.ts';
import type { Columns } from '../columns/columns.ts';
import type { openWriter } from '../output/open.ts';
import type { Attached } from './attach-plan.ts';
import type { Counts } from './counts.ts';
import type { OptionSpecs, OptionsOf } from './options.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';
import type { streamOptions } from './stream-options.ts';
import type { Target } from './target.ts';

/** The subjects that `ebpf-kit --help` groups tools by, in its order. */
export const GROUPS = ['processes', 'files', 'network', 'security', 'performance'] as const;

/** What every tool says about itself, whatever its shape. */
export interface ToolInfo {
  readonly name: string;
  readonly group: (typeof GROUPS)[number];
  /** One line, without the name. */
  readonly summary: string;
}

/** How a tool's object is to be loaded for one set of options. */
export interface Setup<Constant extends string = string> {
  /** Constants of the BPF program, set before load. */
  readonly constants: { readonly [C in Constant]?: ConstantValue };
  /** The observations of the tool's plan that these options need. */
  readonly observe: readonly string[];
  /** The run ends by itself with what iterators found. */
  readonly once?: boolean;
  /** What of the world the tool watches; the house sets and fills what belongs to it. */
  readonly targets?: readonly Target[];
  /** The cgroup to which programs for cgroups are attached; '/' is the root of all. */
  readonly place?: Cgroup | '/';
  /** Entries of maps whose size depends on the machine or on options. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Count, with room for so many different keys, instead of sending events: the house's to set. */
  readonly maxCounts?: number;
  /** Loads and attaches in a way of its own, in place of the plan: the house's to set. @param ringSize in bytes */
  readonly attach?: (ringSize?: number) => Attached;
}

/** A tool that shows one row per event: ring buffer → rows. */
export interface StreamTool<
  E extends object = object,
  O extends OptionSpecs = OptionSpecs,
  C extends Columns<E> = Columns<E>,
> extends ToolInfo {
  readonly shape: 'stream';
  readonly object: ObjectLayout;
  readonly event: EventLayout<E>;
  /** The `type` of its records in JSON. */
  readonly type: string;
  readonly options: O;
  /** Short flags that bcc's tool has for options of all stream tools. */
  readonly shorts?: Readonly<Partial<Record<keyof typeof streamOptions, string>>>;
  /** Stands before what names columns, for the compiler to know their names there. */
  columns(options: OptionsOf<O>, run: Run): C;
  readonly plan: Plan;
  /** @param wants whether a column is shown or filtered on: what nobody wants need not be collected */
  setup(options: OptionsOf<O>, wants: (column: keyof C) => boolean): Setup;
  /** The columns shown unless --columns says otherwise; false is left out. */
  defaults(options: OptionsOf<O>): readonly ((keyof C & string) | false)[];
  /** What can only be decided here; what the kernel can decide belongs into `setup`. */
  keep?(options: OptionsOf<O>, run: Run): ((event: E) => boolean) | undefined;
  /** Heads that depend on what else is shown. */
  heads?(shown: ReadonlySet<string>): Readonly<Record<string, string>>;
  /** Makes --count an option. */
  readonly counts?: Counts<never, O>;
  /** Its rows are counts: the house's to set. */
  readonly counting?: boolean;
  /** Writes its rows where they are no lines one after the other: the house's to set. */
  readonly openWriter?: typeof openWriter;
  /** Command lines without `ebpf-kit`, and what each is for. */
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  /** What the tool cannot see, a sentence each. */
  readonly blindSpots: readonly string[];
}

/** A stream tool as it is written down: programs and constants are held against those of its object. */
type StreamDeclaration<L extends ObjectLayout, E extends object, O extends OptionSpecs, C extends Columns<E>> = Omit<
  StreamTool<E, O, C>,
  'shape' | 'object' | 'plan' | 'setup' | 'counts'
> & {
  readonly object: L;
  readonly plan: Plan<ProgramName<L>>;
  setup(options: OptionsOf<O>, wants: (column: keyof C) => boolean): Setup<keyof L['constants'] & string>;
  readonly counts?: Counts<MapKey<L, 'counts' & MapName<L>>, O>;
};

/** Declares a stream tool; the default export of its file. */
export function defineStream<L extends ObjectLayout, E extends object, O extends OptionSpecs, C extends Columns<E>>(
  tool: StreamDeclaration<L, E, O, C>,
): StreamTool<E, O, C> {
  return { shape: 'stream', ...tool };
}

/** The names of the columns that a tool shows by default. */
export function defaultColumns<O extends OptionSpecs>(
  tool: Pick<StreamTool<never, O>, 'defaults'>,
  options: OptionsOf<O>,
): readonly string[] {
  return tool.defaults(options).filter((name) => name !== false);
}

/** Any stream tool, for code that does not care which. */
export type AnyStream = StreamTool<object, OptionSpecs, Columns<object>>;
