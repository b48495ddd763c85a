import { isatty } from 'node:tty';
import type { Destination } from '../output/destination.ts';
import { openWriter } from '../output/open.ts';
import { openSink, type Sink } from '../output/sink.ts';
import { silentWriter } from '../output/writer.ts';
import { count, writeError } from '../say.ts';
import type { PartMaker } from './parts.ts';

/** How long a reader of standard output that does not read may delay the end after a signal, ms. */
const LAST_WRITE = 80;

/** The form that rows take, and where they go. */
export interface OutputOptions {
  readonly json: boolean;
  readonly csv: boolean;
  /** The rows are only counted: something else is to stand on standard output. */
  readonly silent?: boolean;
  readonly to: Destination;
  /** The run is there for more than its rows: it goes on when nobody reads them any more. */
  readonly goesOn: boolean;
  /** At the end nothing is said, unless something is missing. */
  readonly quiet: boolean;
}

/** Writes the rows, and at the end to standard error how many there were. */
export function outputPart<E>({ to, goesOn, silent, quiet, ...options }: OutputOptions): PartMaker<E> {
  return async ({ columns, type, counting, openWriter: open = openWriter }, control) => {
    const writer = silent ? silentWriter : await open(columns, type, { ...options, fd: to.fd });
    const left = () => (goesOn ? undefined : control.finish());
    const sink = openSink(to.fd, { name: to.name, onEnd: (error) => (error ? control.fail(error) : left()) });
    let written = 0;
    return {
      ready() {
        sink.write(writer.header());
        if (counting && open === openWriter && isatty(2)) control.tell('counting; Ctrl-C ends it and shows the counts');
      },
      events(batch) {
        // the terminal has shown ^C where the rows begin
        if (counting && control.interrupted && isatty(2)) writeError('\n');
        const rows = writer.bytes?.(batch) ?? writer.rows(batch);
        if (sink.write(rows, batch.length)) written += batch.length;
        else if (sink.state === 'open') control.lose(batch.length, `because the reader of ${to.name} is too slow`);
        else if (!goesOn) control.stop();
        return undefined;
      },
      lost: (events) => void sink.write(writer.lost(events)),
      settled: () => writeAll(sink, control),
      async end({ lost, duration, hungUp, records }) {
        if (hungUp) sink.close();
        sink.write(records);
        sink.write(writer.summary({ events: written, lost, duration_ms: Math.round(duration) }));
        await writeAll(sink, control);
        if (sink.state !== 'open') return [];
        const { unwritten } = sink;
        if (unwritten > 0) {
          const what = `${count(unwritten, 'event')} not written`;
          control.miss(what);
          control.tell(`${what}: the reader of ${to.name} does not read`);
        }
        if (quiet && !lost && !unwritten) return [];
        const rows = count(written, counting ? 'row' : 'event');
        control.tell(`${rows} in ${(duration / 1000).toFixed(1)} s, ${lost || 'none'} lost`);
        return [];
      },
      close: () => sink.close(),
    };
  };
}

/** Without a signal, the reader may take its time. */
export async function writeAll(sink: Sink, control: { readonly interrupted: boolean }): Promise<void> {
  while (sink.waiting && sink.state === 'open' && !control.interrupted) await sink.flush(LAST_WRITE);
  await sink.flush(LAST_WRITE);
}
