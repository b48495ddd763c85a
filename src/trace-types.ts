import type { ExpectedCount } from './kit/assert/assertion-options.ts';
import type { CommandEnd } from './kit/child/hold.ts';
import type { EndNames } from './kit/columns/named-ends.ts';
import type { RowOf } from './kit/columns/typed-columns.ts';
import type { Outcome } from './kit/stream/parts.ts';
import type { Selection } from './kit/stream/stream.ts';
import type { OptionSpecs, OptionsOf } from './kit/tool/options.ts';
import type { ToolEntry, ToolName } from './registry.ts';

/** The tools that show one row per event. */
export type StreamName = {
  [N in ToolName]: Tool<N> extends { shape: 'stream' } ? N : never;
}[ToolName];

type Tool<N extends ToolName> = Awaited<ReturnType<Extract<ToolEntry, { name: N }>['load']>>['default'];
type ColumnsOf<T> = T extends { columns(...args: never[]): infer C } ? C : never;
type SpecsOf<T> = T extends { options: infer O extends OptionSpecs } ? O : never;

/** An event of a tool as --json shows it: every column by name. */
export type EventOf<N extends StreamName> = RowOf<ColumnsOf<Tool<N>>> &
  (SpecsOf<Tool<N>> extends { resolve: unknown } ? EndNames : unknown);

/** The tool's own options, parsed (a number, a RegExp), and those that every stream tool has. */
export type TraceOptions<N extends StreamName, K extends keyof EventOf<N> = keyof EventOf<N>> = Partial<
  OptionsOf<SpecsOf<Tool<N>>>
> &
  Pick<Selection, 'filter' | 'plan' | 'ringSize'> & {
    /** The columns that events shall have; all by default. What nobody wants is not even collected. */
    readonly columns?: readonly K[];
    /** End so many ms after everything was attached. */
    readonly duration?: number;
    /** End after so many events. */
    readonly maxEvents?: number;
    /** End with the first event of which this CEL expression is true. */
    readonly until?: string;
    /** Keep every event in this file, before the filter: see replay(). What no column wants is collected, too. */
    readonly record?: string;
    /** Of what no event, some event, or so many are to be: see Trace.outcomes. */
    readonly failIf?: readonly string[];
    readonly expect?: readonly string[];
    readonly expectCount?: readonly ExpectedCount[];
    /** Runs a command with its arguments and shows only what it and its descendants do, until it ends. */
    readonly command?: readonly string[];
    /** Ends the iteration, with the events that came before. */
    readonly signal?: AbortSignal;
    /** Told of what is worth knowing but no error, one line each. */
    readonly onWarning?: (message: string) => void;
  };

/** A running tool. Iterating it, or disposing of it, ends it in the end and detaches everything. */
export interface Trace<Row> extends AsyncIterable<Row>, AsyncDisposable {
  /** Fulfilled when everything is attached: what happens from now on is seen. Rejected with a KitError. */
  readonly ready: Promise<void>;
  /** Events lost so far: the ring buffer was full, because they came faster than they were taken. */
  readonly lost: number;
  /** How the command of these options has ended; with `close` it goes on. Rejected when it could not be started. */
  readonly command: Promise<CommandEnd> | undefined;
  /** What became of failIf, expect and expectCount; nothing before the iteration has ended. */
  readonly outcomes: readonly Outcome[];
  /** Ends it now. */
  close(): Promise<void>;
}
