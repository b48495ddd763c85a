import { readClocks } from '../../bpf/clock.ts';
import { openClock } from '../../host/clock.ts';
import type { Columns, NamedColumn } from '../columns/columns.ts';
import { columnsOf } from '../columns/named-ends.ts';
import { preflight } from '../doctor/privileges.ts';
import type { StreamTool } from '../tool/define.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import { ofTree } from '../tool/tree-target.ts';
import { decodeFound } from './found.ts';
import type { Part, View } from './parts.ts';
import { type Choice, select } from './select.ts';
import { Session, type SessionOptions } from './session.ts';

export interface Selection extends SessionOptions, Choice {
  /** Only this process and its descendants, by its id here. */
  readonly root?: number;
}

/** A running stream tool, before its output takes a form. */
export interface Stream<E extends object, C> {
  readonly all: C;
  /** The columns that were picked. */
  readonly columns: readonly NamedColumn<E>[];
  readonly session: Session<E>;
  /** It ends by itself with what was found: nothing is lost while one waits. */
  readonly once: boolean;
  /** The events that are wanted: what iterators found, then, unless that is all, as they come; see Session.batches. */
  batches(signal: AbortSignal): AsyncGenerator<readonly E[], void>;
}

/**
 * Starts a tool: picks columns, compiles the filter, makes the parts, loads and attaches.
 * @param warn told, one line each, of what is worth knowing but no error
 * @param makeParts the parts of this run, which only `seen` is told of here
 * @throws UsageError before anything is attached; KitError, BpfError, PlanError with nothing left attached
 */
export async function openStream<E extends object, O extends OptionSpecs, C extends Columns<E>>(
  tool: StreamTool<E, O, C>,
  options: OptionsOf<O>,
  selection: Selection,
  warn: (message: string) => void,
  makeParts: (view: View<E>) => Promise<readonly Part<E>[]> = async () => [],
): Promise<Stream<E, C>> {
  const clock = openClock(readClocks);
  const ending = new AbortController();
  const run = { clock, start: 0, ended: ending.signal };
  const all = columnsOf(tool, options, run);
  const { columns, wants, keeper } = await select(tool, options, selection, all, run, warn, makeParts);

  preflight();
  const own = tool.setup(options, (name) => wants(name as string));
  const setup = selection.root === undefined ? own : ofTree(tool, options, own, selection.root);
  for (const { warnings = [] } of setup.targets ?? []) for (const text of warnings) warn(text);
  const session = Session.open(tool, setup, selection, () => readClocks().boot);
  run.start = session.start;
  const wanted = keeper();
  return {
    all,
    columns,
    session,
    once: setup.once === true,
    async *batches(signal) {
      try {
        for (const batch of decodeFound(tool.event, session.attached.found)) {
          const events = wanted(batch);
          if (events.length) yield events;
        }
        if (setup.once) return session.close();
        for await (const batch of session.batches(signal)) {
          const events = wanted(batch);
          if (events.length) yield events;
        }
      } finally {
        ending.abort();
      }
    },
  };
}
