import { isatty } from 'node:tty';
import { monotonic } from '../../host/monotonic.ts';
import { commandPart } from '../child/command-part.ts';
import { handOnSignals } from '../child/hand-on.ts';
import type { Child } from '../child/hold.ts';
import { openDestination } from '../output/destination.ts';
import { openSink } from '../output/sink.ts';
import { count, say } from '../say.ts';
import { after } from '../stream/deadline.ts';
import { writeAll } from '../stream/output-part.ts';
import type { View } from '../stream/parts.ts';
import { sayPlan } from '../stream/run-stream.ts';
import { Running } from '../stream/running.ts';
import { rowParts, useParts } from '../stream/stream-parts.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import type { AnyTopTool } from './define.ts';
import type { TopRow, TopView } from './model.ts';
import type { TopOptions } from './options.ts';
import { TopSession } from './session.ts';
import { Tables } from './tables.ts';
import { openTicks } from './ticks.ts';
import { loadView } from './view.ts';

/** On a screen, a row that has fallen silent stays so long, ns: one could not read it otherwise. */
const LINGER = 10e9;

/**
 * Runs a top tool for the command line, from start to exit status: on a terminal a screen, else a table per interval.
 * @param child traces this command, from its first instruction to its end, and leaves the screen and standard output to it
 * @throws KitError, BpfError, PlanError with nothing left attached
 */
export async function runTop(
  tool: AnyTopTool,
  options: OptionsOf<OptionSpecs>,
  top: TopOptions,
  child?: Child,
): Promise<number> {
  const silent = top.report?.some(({ file }) => file === undefined) === true;
  const isOther = child || top.batch || top.json || top.csv || top.output !== undefined || silent;
  const onScreen = loadView !== undefined && !isOther && isatty(0) && isatty(1);
  let view: TopView | undefined;
  const tell = (message: string) => (view ? view.say(message) : say(tool.name, message));
  const running = new Running<TopRow>(tell, child && (() => handOnSignals(child)));
  using to = openDestination(top.output, child !== undefined);
  const left = () => (child ? undefined : running.finish());
  const sink = openSink(to.fd, { name: to.name, onEnd: (error) => (error ? running.fail(error) : left()) });
  try {
    const makers = [...rowParts<TopRow>(top), ...(child ? [commandPart<TopRow>(child)] : [])];
    const prepare = (rows: View<TopRow>) => useParts(running, makers, rows);
    using session = await TopSession.open(tool, options, top, {
      linger: onScreen ? LINGER : 0,
      scrolls: onScreen,
      warn: tell,
      root: child?.pid,
      prepare,
    });
    const ticks = openTicks(top.interval, running.ending);
    if (top.verbose) sayPlan(session, tell);
    const tables = onScreen ? undefined : await Tables.open(sink, tool, session.facts, top);
    if (tables && !silent) await tables.begin(session.reshape().columns, session.settings.group);
    else if (loadView && onScreen) {
      view = (await loadView())(session.facts, {
        get settings() {
          return session.settings;
        },
        async change(part) {
          await session.change(part);
          if (part.interval !== undefined) ticks.every(part.interval);
          view?.show(session.reshape());
        },
        end: () => running.finish(),
      });
    }
    const shown = silent ? undefined : (view ?? tables);
    const { start } = session.facts.run;
    running.ready({ start, date: new Date(), plan: session.attached.chosen });
    const stopTimer = after(top.duration ?? Infinity, () => running.finish());
    const started = monotonic();
    let snapshots = 0;
    let evicted = 0;
    const show = () => {
      const snapshot = session.read();
      evicted = snapshot.evicted;
      running.seen(session.rows);
      shown?.show(snapshot);
      running.events(snapshot.all);
    };
    try {
      for await (const _ of ticks) {
        show();
        if (++snapshots === top.count || running.stopped) break;
      }
      // the rest of an interval that was cut short
      if (running.ending.aborted && !running.stopped && sink.state === 'open' && !view) {
        session.detach();
        show();
      }
    } finally {
      stopTimer();
      view?.close();
      view = undefined;
    }
    const refused = tables?.refused ?? 0;
    const duration = monotonic() - started;
    if (!silent)
      tables?.summary({ events: tables.written, lost: evicted + refused, duration_ms: Math.round(duration) });
    await writeAll(sink, running);
    if (evicted > 0) running.miss(`${evicted} ${tool.what} evicted`);
    if (refused > 0) running.miss(`${count(refused, 'row')} lost`);
    if (sink.state === 'open' && !running.failed) sayEnd(tell, tool, { evicted, refused, duration });
    return await running.end({ duration, hungUp: false });
  } finally {
    view?.close();
    sink.close();
    running.close();
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
    refused && `${count(refused, 'row')} lost because their reader is too slow`,
  ].filter((loss) => loss !== 0);
  tell(`${(duration / 1000).toFixed(1)} s, ${losses.join(', ') || 'none lost'}`);
}
