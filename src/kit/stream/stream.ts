import { readClocks } from '../../bpf/clock.ts';
import { openClock } from '../../host/clock.ts';
import { type Columns, type NamedColumn, pickColumns } from '../columns/columns.ts';
import { columnsOf } from '../columns/named-ends.ts';
import { preflight } from '../doctor/privileges.ts';
import { compileFilter } from '../filter/filter.ts';
import { defaultColumns, type StreamTool } from '../tool/define.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import { decodeFound } from './found.ts';
import { Session, type SessionOptions } from './session.ts';

export interface Selection extends SessionOptions {
  /** As --columns takes them; left out: all columns, or the tool's default where `usual` is set. */
  readonly columns?: string;
  readonly usual?: boolean;
  /** A CEL expression over the columns. */
  readonly filter?: string;
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
 * Starts a tool: picks columns, compiles the filter, loads and attaches.
 * @param warn told, one line each, of what is worth knowing but no error
 * @throws UsageError before anything is attached; KitError, BpfError, PlanError with nothing left attached
 */
export async function openStream<E extends object, O extends OptionSpecs, C extends Columns<E>>(
  tool: StreamTool<E, O, C>,
  options: OptionsOf<O>,
  selection: Selection,
  warn: (message: string) => void,
): Promise<Stream<E, C>> {
  const clock = openClock(readClocks);
  const ending = new AbortController();
  const run = { clock, start: 0, ended: ending.signal };
  const all = columnsOf(tool, options, run);
  const picked = pickColumns(
    all,
    selection.usual ? defaultColumns(tool, options) : Object.keys(all),
    selection.columns,
  );
  const filter = selection.filter === undefined ? undefined : await compileFilter(selection.filter, all, warn);
  const shown = new Set(picked.map(({ name }) => name));
  const heads = tool.heads?.(shown) ?? {};

  preflight();
  const setup = tool.setup(options, (name) => shown.has(name as string) || filter?.uses.has(name as string) === true);
  for (const { warnings = [] } of setup.targets ?? []) for (const text of warnings) warn(text);
  const session = Session.open(tool, setup, selection, () => readClocks().boot);
  run.start = session.start;

  const tests = [tool.keep?.(options, run), filter && ((event: E) => filter.matches(event))].filter((test) => !!test);
  const wanted = (batch: readonly E[]) =>
    tests.length ? batch.filter((event) => tests.every((test) => test(event))) : batch;
  return {
    all,
    columns: picked.map((column) => ({ ...column, head: heads[column.name] ?? column.head })),
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
