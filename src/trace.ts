import { startWith } from './kit/child/start-with.ts';
import type { Columns } from './kit/columns/columns.ts';
import { rowOf } from './kit/columns/typed-columns.ts';
import { failureOf } from './kit/doctor/report.ts';
import { UsageError } from './kit/errors.ts';
import { after } from './kit/stream/deadline.ts';
import { libraryParts, libraryRun } from './kit/stream/library-parts.ts';
import type { Running } from './kit/stream/running.ts';
import { openStream, type Stream } from './kit/stream/stream.ts';
import { useParts } from './kit/stream/stream-parts.ts';
import { type OptionSpecs, type OptionsOf, withDefaults } from './kit/tool/options.ts';
import { loadTool } from './registry.ts';
import type { EventOf, StreamName, Trace, TraceOptions } from './trace-types.ts';

/**
 * Runs a tool and hands over its events.
 * @param name of a stream tool, 'execsnoop'
 * @throws KitError while iterating: no permission, a kernel that cannot, an option that is wrong
 */
export function trace<N extends StreamName, K extends keyof EventOf<N> = keyof EventOf<N>>(
  name: N,
  options: TraceOptions<N, K> = {},
): Trace<Pick<EventOf<N>, K>> {
  const running = libraryRun(options);
  let stopTimer = () => {};
  const abort = () => running.finish();
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) running.finish();
  let lost = 0;
  let session: Stream<object, unknown>['session'] | undefined;
  const countLost = () => {
    const { ring = 0, missed = 0, strays = 0, late = 0 } = session?.losses() ?? {};
    if (session) lost = ring + missed + strays + late;
    return lost;
  };

  const given = options as unknown as TraceOptions<StreamName>;
  const { starting, command } = startWith(options.command, (root) => start(name, given, running, root));
  const started = starting.then((stream) => {
    session = stream.session;
    running.ready({ start: session.start, date: new Date(), plan: session.attached.chosen });
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
    try {
      for await (const batch of batches(running.ending)) {
        for (const event of running.events(batch)) yield row(event) as Pick<EventOf<N>, K>;
        if (running.stopped) return;
      }
    } finally {
      countLost();
      stopTimer();
      options.signal?.removeEventListener('abort', abort);
      await running.finished(session?.losses());
    }
  }
  const iterator = rows();

  const close = async () => {
    running.finish();
    // where it is being iterated, that ends first: nothing is closed under its feet
    await iterator.return();
    await started.then(
      (stream) => stream.session.close(),
      () => undefined,
    );
    stopTimer();
    running.close();
  };
  return {
    ready,
    get lost() {
      return countLost();
    },
    command,
    get outcomes() {
      return running.outcomes;
    },
    close,
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose]: close,
  };
}

async function start(
  name: StreamName,
  options: TraceOptions<StreamName>,
  running: Running<object>,
  root?: number,
): Promise<Stream<object, Columns<object>>> {
  const tool = await loadTool(name);
  if (tool.shape !== 'stream') throw new UsageError(`${name} shows no stream of events`);
  const { columns } = options;
  try {
    return await openStream(
      tool,
      withDefaults(tool.options, options as Partial<OptionsOf<OptionSpecs>>),
      { ...options, columns: columns?.join(','), root },
      running.tell,
      (view) => useParts(running, libraryParts(options), view),
    );
  } catch (error) {
    throw failureOf(error, tool.object);
  }
}
