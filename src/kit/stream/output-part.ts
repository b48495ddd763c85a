import { isatty } from 'node:tty';
import { openWriter } from '../output/open.ts';
import { openSink, type Sink } from '../output/sink.ts';
import { silentWriter } from '../output/writer.ts';
import { count, writeError } from '../say.ts';
import type { PartMaker } from './parts.ts';

/** How long a reader of standard output that does not read may delay the end after a signal, ms. */
const LAST_WRITE = 80;

/** The form that rows take. */
export interface OutputOptions {
  readonly json: boolean;
  readonly csv: boolean;
  /** The rows are only counted: something else is to stand on standard output. */
  readonly quiet?: boolean;
}

/** Writes the rows to standard output, and at the end to standard error how many there were. */
export function outputPart<E>(options: OutputOptions): PartMaker<E> {
  return async ({ columns, type, counting, openWriter: open = openWriter }, control) => {
    const writer = options.quiet ? silentWriter : await open(columns, type, options);
    const sink = openSink(1, { onEnd: (error) => (error ? control.fail(error) : control.finish()) });
    let written = 0;
    return {
      ready() {
        sink.write(writer.header());
        if (counting && open === openWriter && isatty(2)) control.tell('counting; Ctrl-C ends it and shows the counts');
      },
      events(batch) {
        // the terminal has shown ^C where the rows begin
        if (counting && control.interrupted && isatty(2)) writeError('\n');
        if (sink.write(writer.rows(batch), batch.length)) written += batch.length;
        else if (sink.state === 'open') control.lose(batch.length, TOO_SLOW);
        else control.stop();
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
          control.tell(`${what}: the reader of standard output does not read`);
        }
        const rows = count(written, counting ? 'row' : 'event');
        control.tell(`${rows} in ${(duration / 1000).toFixed(1)} s, ${lost || 'none'} lost`);
        return [];
      },
      close: () => sink.close(),
    };
  };
}

const TOO_SLOW = 'because the reader of standard output is too slow';

/** Without a signal, the reader may take its time. */
export async function writeAll(sink: Sink, control: { readonly interrupted: boolean }): Promise<void> {
  while (sink.waiting && sink.state === 'open' && !control.interrupted) await sink.flush(LAST_WRITE);
  await sink.flush(LAST_WRITE);
}
