import { isatty } from 'node:tty';
import { monotonic } from '../../host/monotonic.ts';
import { ExitCode } from '../errors.ts';
import { openSink } from '../output/sink.ts';
import { count, say } from '../say.ts';
import { after } from '../stream/deadline.ts';
import { signalReady } from '../stream/limit-parts.ts';
import { writeAll } from '../stream/output-part.ts';
import { sayPlan } from '../stream/run-stream.ts';
import { endOnSignals } from '../stream/signals.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import type { AnyTopTool } from './define.ts';
import type { TopView } from './model.ts';
import type { TopOptions } from './options.ts';
import { TopSession } from './session.ts';
import { Tables } from './tables.ts';
import { openTicks } from './ticks.ts';
import { loadView } from './view.ts';

/** On a screen, a row that has fallen silent stays so long, ns: one could not read it otherwise. */
const LINGER = 10e9;

/**
 * Runs a top tool for the command line, from start to exit status: on a terminal a screen, else a table per interval.
 * @throws KitError, BpfError, PlanError with nothing left attached
 */
export async function runTop(tool: AnyTopTool, options: OptionsOf<OptionSpecs>, top: TopOptions): Promise<number> {
  const onScreen = loadView !== undefined && !top.batch && !top.json && !top.csv && isatty(0) && isatty(1);
  const end = new AbortController();
  const signals = endOnSignals(end);
  let failure: Error | undefined;
  let view: TopView | undefined;
  const tell = (message: string) => (view ? view.say(message) : say(tool.name, message));
  const sink = openSink(1, {
    onEnd: (error) => {
      failure = error;
      end.abort();
    },
  });
  try {
    using session = await TopSession.open(tool, options, top, {
      linger: onScreen ? LINGER : 0,
      scrolls: onScreen,
      warn: tell,
    });
    const ticks = openTicks(top.interval, end.signal);
    if (top.verbose) sayPlan(session, tell);
    const tables = onScreen ? undefined : await Tables.open(sink, tool, session.facts, top);
    if (tables) await tables.begin(session.reshape().columns, session.settings.group);
    else if (loadView) {
      view = (await loadView())(session.facts, {
        get settings() {
          return session.settings;
        },
        async change(part) {
          await session.change(part);
          if (part.interval !== undefined) ticks.every(part.interval);
          view?.show(session.reshape());
        },
        end: () => end.abort(),
      });
    }
    const shown = view ?? tables;
    if (top.readyFd !== undefined) signalReady(top.readyFd);
    const stopTimer = after(top.duration ?? Infinity, () => end.abort());
    const started = monotonic();
    let snapshots = 0;
    let evicted = 0;
    const show = () => {
      const snapshot = session.read();
      evicted = snapshot.evicted;
      shown?.show(snapshot);
    };
    try {
      for await (const _ of ticks) {
        show();
        if (++snapshots === top.count) break;
      }
      // the rest of an interval that was cut short
      if (end.signal.aborted && sink.state === 'open' && !view) {
        session.detach();
        show();
      }
    } finally {
      stopTimer();
      view?.close();
      view = undefined;
    }
    const lost = evicted + (tables?.refused ?? 0);
    const duration = monotonic() - started;
    tables?.summary({ events: tables.written, lost, duration_ms: Math.round(duration) });
    await writeAll(sink, {
      get interrupted() {
        return signals.received;
      },
    });
    if (failure) throw failure;
    if (sink.state === 'open') sayEnd(tell, tool, { evicted, refused: tables?.refused ?? 0, duration });
    return top.requireComplete && lost > 0 ? ExitCode.incomplete : ExitCode.ok;
  } finally {
    view?.close();
    sink.close();
    signals.close();
  }
}

interface Ended {
  readonly evicted: number;
  readonly refused: number;
  readonly duration: number;
}

function sayEnd(tell: (message: string) => void, { what }: AnyTopTool, { evicted, refused, duration }: Ended): void {
  const losses = [
    evicted && `${evicted} ${what} evicted because there was no room for more`,
    refused && `${count(refused, 'row')} lost because the reader of standard output is too slow`,
  ].filter((loss) => loss !== 0);
  tell(`${(duration / 1000).toFixed(1)} s, ${losses.join(', ') || 'none lost'}`);
}
