import type { CommandEnd } from './kit/child/hold.ts';
import { startWith } from './kit/child/start-with.ts';
import type { Columns } from './kit/columns/columns.ts';
import type { EndNames } from './kit/columns/named-ends.ts';
import { type RowOf, rowOf } from './kit/columns/typed-columns.ts';
import { describe } from './kit/doctor/report.ts';
import { KitError, UsageError } from './kit/errors.ts';
import { after } from './kit/stream/deadline.ts';
import { openStream, type Selection, type Stream } from './kit/stream/stream.ts';
import { type OptionSpecs, type OptionsOf, withDefaults } from './kit/tool/options.ts';
import { loadTool, type ToolEntry, type ToolName } from './registry.ts';

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
  /** Ends it now. */
  close(): Promise<void>;
}

/**
 * Runs a tool and hands over its events.
 * @param name of a stream tool, 'execsnoop'
 * @throws KitError while iterating: no permission, a kernel that cannot, an option that is wrong
 */
export function trace<N extends StreamName, K extends keyof EventOf<N> = keyof EventOf<N>>(
  name: N,
  options: TraceOptions<N, K> = {},
): Trace<Pick<EventOf<N>, K>> {
  const end = new AbortController();
  let stopTimer = () => {};
  const abort = () => end.abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) end.abort();
  let lost = 0;
  let session: Pick<Stream<object, unknown>['session'], 'losses'> | undefined;
  const countLost = () => {
    const { ring = 0, missed = 0, strays = 0, late = 0 } = session?.losses() ?? {};
    if (session) lost = ring + missed + strays + late;
    return lost;
  };

  const given = options as unknown as TraceOptions<StreamName>;
  const { starting, command } = startWith(options.command, (root) => start(name, given, root));
  const started = starting.then((stream) => {
    session = stream.session;
    stopTimer = after(options.duration ?? Infinity, abort);
    command?.then(abort);
    return stream;
  });
  const ready = started.then(() => undefined);
  ready.catch(() => undefined);

  async function* rows(): AsyncGenerator<Pick<EventOf<N>, K>, void> {
    const { columns, all, batches } = await started;
    const row = rowOf<object, Columns<object>>(
      all,
      columns.map((column) => column.name),
    );
    let left = options.maxEvents ?? Infinity;
    try {
      for await (const batch of batches(end.signal)) {
        for (const event of batch) {
          yield row(event) as Pick<EventOf<N>, K>;
          if (--left === 0) return;
        }
      }
    } finally {
      countLost();
      stopTimer();
      options.signal?.removeEventListener('abort', abort);
    }
  }
  const iterator = rows();

  const close = async () => {
    end.abort();
    // where it is being iterated, that ends first: nothing is closed under its feet
    await iterator.return();
    await started.then(
      (stream) => stream.session.close(),
      () => undefined,
    );
    stopTimer();
  };
  return {
    ready,
    get lost() {
      return countLost();
    },
    command,
    close,
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose]: close,
  };
}

async function start(
  name: StreamName,
  options: TraceOptions<StreamName>,
  root?: number,
): Promise<Stream<object, Columns<object>>> {
  const tool = await loadTool(name);
  if (tool.shape !== 'stream') throw new UsageError(`${name} shows no stream of events`);
  const { columns, onWarning = () => undefined } = options;
  try {
    return await openStream(
      tool,
      withDefaults(tool.options, options as Partial<OptionsOf<OptionSpecs>>),
      { ...options, columns: columns?.join(','), root },
      onWarning,
    );
  } catch (error) {
    if (error instanceof KitError) throw error;
    const { lines, exitCode } = describe(error, tool.object);
    throw new KitError(lines[0], exitCode, lines.slice(1).join('; ') || undefined, { cause: error });
  }
}
