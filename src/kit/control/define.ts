import type { BpfObject } from '../../bpf/object.ts';
import type { ConstantValue, MapName, ProgramName } from '../../bpf/types.ts';
import type { ObjectLayout } from '../../btf/layout.ts';
import type { Columns } from '../columns/columns.ts';
import type { StreamTool } from '../tool/define.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import type { Key, Verb } from './verb.ts';

export { type Key, type Verb, verb } from './verb.ts';

/** A network interface, in the network namespace of the command. */
export interface Interface {
  readonly name: string;
  readonly index: number;
}

/** The maps of a control tool's object by name: loaded by this process, or found in the kernel, attached or pinned. */
export type Maps<L extends ObjectLayout = ObjectLayout> = Pick<
  BpfObject<L>,
  'layout' | 'lookup' | 'update' | 'delete' | 'readMap'
>;

/** How the object is to be loaded for one state. */
export interface ControlSetup<Constant extends string = string, M extends string = string> {
  /** Set before load; what a state does not use vanishes. */
  readonly constants: { readonly [C in Constant]?: ConstantValue };
  /** Entries of maps whose size depends on the state. */
  readonly sizes?: { readonly [N in M]?: number };
}

/** What is counted, as of now: one row for each thing that has counters of its own. */
export interface Counters<R extends object, S> {
  /** The `type` of these records in JSON: 'rule'. */
  readonly type: string;
  /** What a row is about; there is just one row with it. */
  key(row: R): string;
  /** All rows, in the order in which they are shown; what is counted in them grows. */
  read(maps: Maps, state: S): readonly R[];
  readonly columns: Columns<Reading<R>>;
  /** The columns shown in tables. */
  readonly defaults: readonly string[];
}

/** One row of counters, and what it was at the last look. */
export interface Reading<R> {
  readonly interface: string;
  /** The moment of this look, ns since boot. */
  readonly time: number;
  readonly now: R;
  /** At the last look; left out: there was none yet. */
  readonly before?: R;
  /** Since the last look, or since the interface was attached. */
  readonly seconds: number;
}

/**
 * A tool that does something with packets on interfaces, by a state that lives in maps, and can be changed while they
 * flow. Each interface has an object of its own; the ring of events is common to all of one run. One of the columns is
 * `interface`: it is shown where there are several (interfaceName() of src/host/interfaces.ts knows their names).
 *
 * S is all that there is to know about what an interface is to do: other commands find it in the kernel, by `read`.
 */
export interface ControlTool<
  E extends object = object,
  O extends OptionSpecs = OptionSpecs,
  C extends Columns<E> = Columns<E>,
  S = unknown,
> extends Omit<StreamTool<E, O, C>, 'shape' | 'setup' | 'counts'> {
  readonly shape: 'control';
  /**
   * The XDP program, which is attached to each interface. Its twin with `_frags` behind the name ("xdp.frags", Linux
   * 5.18) is for those with an MTU that does not fit into a page.
   */
  readonly program: string;
  /** What the options ask for. @throws UsageError, KitError */
  state(options: OptionsOf<O>): S | Promise<S>;
  /** Does something that needs no interface, if the options ask for that. @returns the exit status */
  instead?(options: OptionsOf<O>, form: { readonly json: boolean; readonly csv: boolean }): Promise<number> | undefined;
  /** @param rows whether somebody reads the events */
  setup(state: S, rows: boolean): ControlSetup;
  /**
   * Puts the state into the maps: of an object that is not attached yet, and, where `live` is 'maps', also of one
   * that is. Then it must come into force at once, by the last and single write.
   */
  write(maps: Maps, state: S): void;
  /** The state that stands in the maps. */
  read(maps: Maps): S;
  /**
   * How a changed state comes into force: by `write` to the maps in use; or a new object is loaded for it, and takes
   * the place of the old one in the same link, from one packet to the next.
   */
  readonly live: 'maps' | 'program';
  /** Maps that a new object takes over from the old one, besides the ring: counters that are to go on. */
  readonly kept?: readonly string[];
  /** The state in a few words: 'drop, one in 3'; '12 rules'. */
  describe(state: S): string;
  /** The state in lines as a file would have it; makes `list` a verb. */
  lines?(state: S): readonly string[];
  readonly counters?: Counters<never, S>;
  /** Whether a run shows a row per event; else it shows the counters, once per interval. Left out: it does. */
  events?(options: OptionsOf<O>): boolean;
  readonly verbs: Readonly<Record<string, Verb<S>>>;
  readonly keys?: Readonly<Record<string, Key<S>>>;
  /**
   * What a loaded object would do with an incoming frame (from its Ethernet header on), nothing attached.
   * @returns the rule that would drop it, in words; undefined: it would pass
   */
  judge?(object: BpfObject, state: S, frame: Buffer): string | undefined;
}

/** Programs that have a twin for packets in several pages. */
type WithFrags<Name extends string> = Name extends `${infer Plain}_frags` ? Plain : string extends Name ? Name : never;

/** A control tool as it is written down: programs, maps and constants are held against those of its object. */
type ControlDeclaration<
  L extends ObjectLayout,
  E extends object,
  O extends OptionSpecs,
  C extends Columns<E>,
  S,
  R extends object,
> = Omit<
  ControlTool<E, O, C, S>,
  'shape' | 'object' | 'plan' | 'program' | 'fragsProgram' | 'setup' | 'write' | 'read' | 'kept' | 'counters' | 'judge'
> & {
  readonly object: L;
  readonly program: WithFrags<ProgramName<L>>;
  setup(state: S, rows: boolean): ControlSetup<keyof L['constants'] & string, MapName<L>>;
  write(maps: Maps<L>, state: S): void;
  read(maps: Maps<L>): S;
  readonly kept?: readonly MapName<L>[];
  readonly counters?: Omit<Counters<R, S>, 'read'> & { read(maps: Maps<L>, state: S): readonly R[] };
  judge?(object: BpfObject<L>, state: S, frame: Buffer): string | undefined;
};

/** Declares a control tool; the default export of its file. */
export function defineControl<
  L extends ObjectLayout,
  E extends object,
  O extends OptionSpecs,
  C extends Columns<E>,
  S,
  R extends object,
>(tool: ControlDeclaration<L, E, O, C, S, R>): ControlTool<E, O, C, S> {
  const { program } = tool;
  const plan = { interface: { native: [program], generic: [program] } };
  return { ...(tool as unknown as ControlTool<E, O, C, S>), shape: 'control', plan };
}

/** Any control tool, for code that does not care which. */
export type AnyControl = ControlTool<object, OptionSpecs, Columns<object>, unknown>;
