import type { CommandEnd } from './kit/child/hold.ts';
import { startWith } from './kit/child/start-with.ts';
import type { EndNames } from './kit/columns/named-ends.ts';
import { type RowOf, rowOf } from './kit/columns/typed-columns.ts';
import { failureOf } from './kit/doctor/report.ts';
import { UsageError } from './kit/errors.ts';
import { after } from './kit/stream/deadline.ts';
import { type OptionSpecs, type OptionsOf, withDefaults } from './kit/tool/options.ts';
import type { AnyTopTool } from './kit/top/define.ts';
import type { Snapshot } from './kit/top/model.ts';
import { type TopOptions, topOptions } from './kit/top/options.ts';
import { TopSession } from './kit/top/session.ts';
import { openTicks } from './kit/top/ticks.ts';
import { loadTool, type ToolEntry, type ToolName } from './registry.ts';

/** The tools that show the world once per interval. */
export type TopName = {
  [N in ToolName]: Tool<N> extends { shape: 'top' } ? N : never;
}[ToolName];

type Tool<N extends ToolName> = Awaited<ReturnType<Extract<ToolEntry, { name: N }>['load']>>['default'];
type ColumnsOf<T> = T extends { columns(...args: never[]): infer C } ? C : never;
type SpecsOf<T> = T extends { options: infer O extends OptionSpecs } ? O : never;

/** A row as --json shows it: every column by name. */
export type WatchedRow<N extends TopName> = RowOf<ColumnsOf<Tool<N>>> & EndNames;

/** One interval. */
export interface Watched<N extends TopName> {
  /** ns since boot. */
  readonly time: number;
  /** Since the reading before, ns. */
  readonly interval: number;
  readonly rows: readonly WatchedRow<N>[];
  readonly totals: WatchedRow<N>;
  /** How many there was no room for, since the start. */
  readonly evicted: number;
}

/** The tool's own options, parsed, and those that every top tool has; `interval` in ms. */
export type WatchOptions<N extends TopName> = Partial<OptionsOf<SpecsOf<Tool<N>>>> &
  Partial<
    Pick<
      TopOptions,
      'interval' | 'count' | 'duration' | 'rows' | 'by' | 'sort' | 'reverse' | 'idle' | 'filter' | 'plan'
    >
  > & {
    /** Runs a command with its arguments and shows only what it and its descendants do, until it ends. */
    readonly command?: readonly string[];
    /** Ends the iteration, with the rest of an interval. */
    readonly signal?: AbortSignal;
    /** Told of what is worth knowing but no error, one line each. */
    readonly onWarning?: (message: string) => void;
  };

/** A running tool: its intervals. */
export interface Watch<N extends TopName> extends AsyncGenerator<Watched<N>, void> {
  /** How the command of these options has ended; it begins with the first interval. Rejected when it could not be started. */
  readonly command: Promise<CommandEnd> | undefined;
}

/**
 * Runs a tool and hands over what it sees, once per interval; attached from the first `next()` on, until the iteration
 * ends.
 * @param name of a top tool, 'flowtop'
 * @throws KitError while iterating: no permission, a kernel that cannot, an option that is wrong
 */
export function watch<N extends TopName>(name: N, options: WatchOptions<N> = {}): Watch<N> {
  let begun: (ended: Promise<CommandEnd>) => void = () => undefined;
  const ended = new Promise<CommandEnd>((resolve) => {
    begun = resolve;
  });
  const command = options.command && ended;
  command?.catch(() => undefined);
  return Object.assign(intervals(name, options, begun), { command });
}

async function* intervals<N extends TopName>(
  name: N,
  options: WatchOptions<N>,
  begun: (ended: Promise<CommandEnd>) => void,
): AsyncGenerator<Watched<N>, void> {
  const tool = await loadTool(name);
  if (tool.shape !== 'top') throw new UsageError(`${name} shows events, not intervals`, `use trace('${name}')`);
  const { signal, onWarning: warn = () => undefined } = options;
  const top = withDefaults(topOptions, options as Partial<TopOptions>) as TopOptions;
  const end = new AbortController();
  const abort = () => end.abort();
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  // Data, not a screen: all rows unless it is said how many.
  const { starting, command } = startWith(options.command, async (root) => {
    return { session: await openSession(tool, options as never, { ...top, json: true }, warn, root) };
  });
  if (command) begun(command);
  using session = (await starting).session;
  command?.then(abort);
  const stopTimer = after(top.duration ?? Infinity, abort);
  const names = Object.keys(session.facts.columns);
  const row = rowOf<never, never>(session.facts.columns as never, names as never) as unknown as (
    row: object,
  ) => WatchedRow<N>;
  const told = ({ time, interval, rows, totals, evicted }: Snapshot): Watched<N> => {
    return { time, interval, rows: rows.map(row), totals: row(totals), evicted };
  };
  let count = 0;
  try {
    for await (const _ of openTicks(top.interval, end.signal)) {
      yield told(session.read());
      if (++count === top.count) return;
    }
    session.detach();
    yield told(session.read());
  } finally {
    stopTimer();
    signal?.removeEventListener('abort', abort);
  }
}

async function openSession(
  tool: AnyTopTool,
  options: Partial<OptionsOf<OptionSpecs>>,
  top: TopOptions,
  warn: (message: string) => void,
  root?: number,
): Promise<TopSession> {
  try {
    const ways = { linger: 0, scrolls: true, warn, root };
    return await TopSession.open(tool, withDefaults(tool.options, options), top, ways);
  } catch (error) {
    throw failureOf(error, tool.object);
  }
}
