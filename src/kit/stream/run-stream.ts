import { takeLog } from '../../bpf/log.ts';
import { widenPipe } from '../../bpf/pipe.ts';
import { keepYoungHeapSmall } from '../../host/young-heap.ts';
import { commandPart } from '../child/command-part.ts';
import { handOnSignals } from '../child/hand-on.ts';
import type { Child } from '../child/hold.ts';
import type { Columns } from '../columns/columns.ts';
import { openDestination } from '../output/destination.ts';
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
 * Runs a stream tool for the command line, from start to exit status: rows to where they belong, all else to standard
 * error.
 * @param more what the options say nothing of: a command to trace from its first instruction to its end, which is held
 *   yet, and further parts
 * @throws KitError, BpfError, PlanError with nothing left attached
 */
export async function runStream<E extends object, O extends OptionSpecs, C extends Columns<E>>(
  tool: StreamTool<E, O, C>,
  options: OptionsOf<O>,
  stream: StreamOptions,
  { command, parts = [] }: { readonly command?: Child; readonly parts?: readonly PartMaker<E>[] } = {},
): Promise<number> {
  keepYoungHeapSmall();
  using to = openDestination(stream.output, command !== undefined);
  const running = new Running<E>((message) => say(tool.name, message), command && (() => handOnSignals(command)));
  try {
    const usual = !stream.json && !stream.csv;
    const makers = streamParts<E>(
      stream,
      to,
      [...parts, ...(command ? [commandPart<E>(command)] : [])],
      command !== undefined,
    );
    const watchFd = command || to.isFile ? undefined : to.fd;
    const selection = { ...stream, usual, watchFd, root: command?.pid, alone: true };
    const opened = await openStream(tool, options, selection, running.tell, (view) => useParts(running, makers, view));
    const { session } = opened;
    using _ = session;
    widenPipe(to.fd);
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
