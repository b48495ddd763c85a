import { takeLog } from '../../bpf/log.ts';
import type { Columns } from '../columns/columns.ts';
import { say } from '../say.ts';
import type { StreamTool } from '../tool/define.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import type { PartMaker } from './parts.ts';
import { runParts } from './run-parts.ts';
import { Running } from './running.ts';
import type { Session } from './session.ts';
import { openStream } from './stream.ts';
import { type StreamOptions, streamParts, useParts } from './stream-parts.ts';

export type { StreamOptions } from './stream-parts.ts';

/**
 * Runs a stream tool for the command line, from start to exit status: rows to standard output, all else to standard
 * error.
 * @param more parts of this run besides those that the options ask for
 * @throws KitError, BpfError, PlanError with nothing left attached
 */
export async function runStream<E extends object, O extends OptionSpecs, C extends Columns<E>>(
  tool: StreamTool<E, O, C>,
  options: OptionsOf<O>,
  stream: StreamOptions,
  more: readonly PartMaker<E>[] = [],
): Promise<number> {
  const running = new Running<E>((message) => say(tool.name, message));
  try {
    const usual = !stream.json && !stream.csv;
    const makers = streamParts<E>(stream, more);
    const selection = { ...stream, usual, watchFd: 1 };
    const opened = await openStream(tool, options, selection, running.tell, (view) => useParts(running, makers, view));
    const { session } = opened;
    using _ = session;
    if (stream.verbose) sayPlan(session, running.tell);
    const source = {
      batches: opened.batches,
      losses: () => session.losses(),
      patient: opened.once,
      get hungUp() {
        return session.hungUp;
      },
    };
    return await runParts(source, running, { start: session.start, date: new Date(), plan: session.attached.chosen });
  } finally {
    running.close();
  }
}

/** Which way each thing is observed, why not another one, and what libbpf said meanwhile. */
export function sayPlan(session: Pick<Session<object>, 'attached'>, tell: (message: string) => void): void {
  for (const line of takeLog().split('\n')) if (line) tell(line);
  const { attempts, chosen } = session.attached;
  for (const { observation, alternative, error } of attempts) {
    tell(`${observation}: not through ${alternative}: ${error.message}`);
  }
  for (const [observation, alternative] of Object.entries(chosen)) {
    tell(`${observation}: through ${alternative}`);
  }
}
