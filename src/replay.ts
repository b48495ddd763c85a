import { rowOf } from './kit/columns/typed-columns.ts';
import { UsageError } from './kit/errors.ts';
import type { Recorded } from './kit/record/recorded-columns.ts';
import { openRecording, type Recording } from './kit/record/recording.ts';
import { openReplay } from './kit/record/replay.ts';
import { libraryParts, libraryRun } from './kit/stream/library-parts.ts';
import type { PartMaker } from './kit/stream/parts.ts';
import type { Running } from './kit/stream/running.ts';
import { loadTool } from './registry.ts';
import type { EventOf, StreamName, Trace, TraceOptions } from './trace-types.ts';

/** What of a recording is wanted. */
export type ReplayOptions<N extends StreamName, K extends keyof EventOf<N> = keyof EventOf<N>> = Pick<
  TraceOptions<N, K>,
  'columns' | 'filter' | 'maxEvents' | 'until' | 'failIf' | 'expect' | 'expectCount' | 'signal' | 'onWarning'
>;

/**
 * Hands over the events of a recording: without root, without eBPF, on any system.
 * @param name of the tool that has made it
 * @param file what `record` or --record has written
 * @throws KitError while iterating: no recording, one of another tool, one that is damaged
 */
export function replay<N extends StreamName, K extends keyof EventOf<N> = keyof EventOf<N>>(
  name: N,
  file: string,
  options: ReplayOptions<N, K> = {},
): Omit<Trace<Pick<EventOf<N>, K>>, 'command'> {
  const running = libraryRun(options) as unknown as Running<Recorded>;
  const abort = () => running.finish();
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  const opened = open(name, file);
  const ready = opened.then(() => undefined);
  ready.catch(() => undefined);
  let lost = 0;
  const counter: PartMaker<Recorded> = () => ({
    lost(events) {
      lost += events;
    },
  });

  async function* rows(): AsyncGenerator<Pick<EventOf<N>, K>, void> {
    await using recording = await opened;
    try {
      const { columns, filter } = options;
      const makers = [...libraryParts<Recorded>(options), counter];
      const choice = { columns: columns?.join(','), filter };
      const replayed = await openReplay(recording, await loadTool(name), choice, makers, running);
      running.ready(replayed.begun);
      const names = replayed.columns.map((column) => column.name);
      const row = rowOf<Recorded, typeof replayed.all>(replayed.all, names);
      for await (const batch of replayed.source.batches(running.ending)) {
        for (const event of running.events(batch)) yield row(event) as unknown as Pick<EventOf<N>, K>;
        if (running.stopped) return;
      }
    } finally {
      options.signal?.removeEventListener('abort', abort);
      await running.finished();
    }
  }
  const iterator = rows();
  const close = async () => {
    running.finish();
    await iterator.return();
    await opened.then(
      (recording) => recording[Symbol.asyncDispose](),
      () => undefined,
    );
  };
  return {
    ready,
    get lost() {
      return lost;
    },
    get outcomes() {
      return running.outcomes;
    },
    close,
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose]: close,
  };
}

async function open(name: string, file: string): Promise<Recording> {
  const recording = await openRecording(file);
  const { tool } = recording.header;
  if (tool === name) return recording;
  await recording[Symbol.asyncDispose]();
  throw new UsageError(`${file} is a recording of ${tool}, not of ${name}`);
}
