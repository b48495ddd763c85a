import { closeSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { takeLog } from '../../bpf/log.ts';
import { errnoText } from '../../host/errno.ts';
import { monotonic } from '../../host/monotonic.ts';
import type { Columns } from '../columns/columns.ts';
import { ExitCode, KitError } from '../errors.ts';
import { openWriter } from '../output/open.ts';
import { openSink, type Sink } from '../output/sink.ts';
import { count, say, writeError } from '../say.ts';
import type { StreamTool } from '../tool/define.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import type { streamOptions } from '../tool/stream-options.ts';
import { after } from './deadline.ts';
import { LossReport } from './loss-report.ts';
import type { Session } from './session.ts';
import { endOnSignals } from './signals.ts';
import { openStream } from './stream.ts';

export type StreamOptions = OptionsOf<typeof streamOptions>;

/** How long a reader of standard output that does not read may delay the end after a signal, ms. */
const LAST_WRITE = 80;
/** How often losses are looked for while running, ms. */
const LOSS_INTERVAL = 1000;

/**
 * Runs a stream tool for the command line, from start to exit status: rows to standard output, all else to standard
 * error.
 * @throws KitError, BpfError, PlanError with nothing left attached
 */
export async function runStream<E extends object, O extends OptionSpecs, C extends Columns<E>>(
  tool: StreamTool<E, O, C>,
  options: OptionsOf<O>,
  stream: StreamOptions,
): Promise<number> {
  const tell = (message: string) => say(tool.name, message);
  const end = new AbortController();
  const signals = endOnSignals(end);
  let failure: Error | undefined;
  const sink = openSink(1, {
    onEnd: (error) => {
      failure = error;
      end.abort();
    },
  });
  try {
    const usual = !stream.json && !stream.csv;
    const { columns, session, once, batches } = await openStream(tool, options, { ...stream, usual, watchFd: 1 }, tell);
    using _ = session;
    const writer = await openWriter(columns, tool.type, stream);
    if (stream.verbose) sayPlan(session, tell);
    sink.write(writer.header());
    if (stream.readyFd !== undefined) signalReady(stream.readyFd);
    if (session.counting && isatty(2)) tell('counting; Ctrl-C ends it and shows the counts');
    const stopTimer = after(stream.duration ?? Infinity, () => end.abort());
    const started = monotonic();

    let events = 0;
    let taken = 0;
    const losses = new LossReport(session, tell);
    const sayLosses = () => {
      const lost = losses.sayNew();
      if (lost) sink.write(writer.lost(lost));
    };
    const watch = setInterval(sayLosses, LOSS_INTERVAL);
    try {
      for await (const batch of batches(end.signal)) {
        // the terminal has shown ^C where the rows begin
        if (session.counting && signals.received && isatty(2)) writeError('\n');
        const wanted = stream.maxEvents === undefined ? batch : batch.slice(0, stream.maxEvents - taken);
        if (sink.write(writer.rows(wanted), wanted.length)) events += wanted.length;
        else if (sink.state === 'open') losses.refuse(wanted.length);
        else break;
        if (once) await writeAll(sink, () => signals.received);
        taken += wanted.length;
        if (taken === stream.maxEvents) break;
      }
    } finally {
      clearInterval(watch);
      stopTimer();
    }
    if (session.hungUp) sink.close();
    sayLosses();
    const duration = monotonic() - started;
    sink.write(writer.summary({ events, lost: losses.said, duration_ms: Math.round(duration) }));
    await writeAll(sink, () => signals.received);
    const unwritten = sink.state === 'open' ? sink.unwritten : 0;
    if (failure) throw failure;
    if (unwritten) tell(`${count(unwritten, 'event')} not written: the reader of standard output does not read`);
    if (sink.state === 'open')
      tell(
        `${count(events, session.counting ? 'row' : 'event')} in ${(duration / 1000).toFixed(1)} s, ${losses.said || 'none'} lost`,
      );
    return stream.requireComplete && losses.said + unwritten > 0 ? ExitCode.incomplete : ExitCode.ok;
  } finally {
    sink.close();
    signals.close();
  }
}

/** Without a signal, the reader may take its time. */
async function writeAll(sink: Sink, received: () => boolean): Promise<void> {
  while (sink.waiting && sink.state === 'open' && !received()) await sink.flush(LAST_WRITE);
  await sink.flush(LAST_WRITE);
}

function signalReady(fd: number): void {
  try {
    writeSync(fd, 'ready\n');
  } catch (error) {
    const cause = errnoText((error as NodeJS.ErrnoException).errno ?? 0);
    throw new KitError(`writing to file descriptor ${fd} of --ready-fd: ${cause}`, ExitCode.failure);
  }
  if (fd > 2) closeSync(fd);
}

/** Which way each thing is observed, why not another one, and what libbpf said meanwhile. */
function sayPlan(session: Session<object>, tell: (message: string) => void): void {
  for (const line of takeLog().split('\n')) if (line) tell(line);
  const { attempts, chosen } = session.attached;
  for (const { observation, alternative, error } of attempts) {
    tell(`${observation}: not through ${alternative}: ${error.message}`);
  }
  for (const [observation, alternative] of Object.entries(chosen)) {
    tell(`${observation}: through ${alternative}`);
  }
}
