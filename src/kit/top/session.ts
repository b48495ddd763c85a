import { readClocks } from '../../bpf/clock.ts';
import { openClock } from '../../host/clock.ts';
import { columnsOf } from '../columns/named-ends.ts';
import { preflight } from '../doctor/privileges.ts';
import { compileFilter, type Filter } from '../filter/filter.ts';
import type { Attached } from '../tool/attach-plan.ts';
import { attachTool } from '../tool/load.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import { ofTree } from '../tool/tree-target.ts';
import { type AnyTopTool, groupingsOf, type Reading, type Source } from './define.ts';
import { held } from './held.ts';
import { History } from './history.ts';
import type { Snapshot, TopFacts, TopRow, TopSettings } from './model.ts';
import { firstSettings, known, type TopOptions } from './options.ts';
import { rowView } from './row-view.ts';
import { emptyReading, makeSnapshot, type Shaping } from './snapshot.ts';
import type { TopWays } from './ways.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a session is made of. */
interface Parts {
  readonly attached: Attached;
  readonly source: Source<TopRow>;
  readonly shaping: Shaping;
  readonly facts: TopFacts;
  readonly settings: Mutable<TopSettings>;
  readonly filter: Filter<TopRow> | undefined;
  readonly ending: AbortController;
  readonly ways: TopWays;
}

/** A top tool that runs: loaded, attached, and read whenever somebody wants a snapshot. */
export class TopSession implements Disposable {
  readonly #parts: Parts;
  #filter: Filter<TopRow> | undefined;
  /** What is shown. */
  #reading: Reading<TopRow> | undefined;
  /** All that was read last, before the filter. */
  rows: readonly TopRow[] = [];

  /**
   * Checks the options, loads and attaches.
   * @throws UsageError before anything is attached; KitError, BpfError, PlanError with nothing left attached
   */
  static async open(
    tool: AnyTopTool,
    options: OptionsOf<OptionSpecs>,
    top: TopOptions,
    ways: TopWays,
  ): Promise<TopSession> {
    const ending = new AbortController();
    const settings = { units: top.units } as Mutable<TopSettings>;
    const run = { clock: openClock(readClocks), start: 0, ended: ending.signal, settings };
    const columns = columnsOf(tool, options, run as never);
    Object.assign(settings, firstSettings(tool, columns, top, ways.scrolls));
    const history = new History();
    const { linger } = ways;
    const shaping = { tool, columns, picked: top.columns, capacity: tool.capacity(options), linger, history };
    // of columns that do not exist it is to be told before anything is attached
    const { columns: picked } = makeSnapshot(emptyReading(tool), settings, shaping);
    const filter = top.filter === undefined ? undefined : await compileFilter(top.filter, columns, ways.warn);
    await ways.prepare?.(rowView(tool, options, columns, picked, settings.group, run.clock));

    preflight();
    const own = tool.setup(options);
    const setup = ways.root === undefined ? own : ofTree(tool, options, own, ways.root);
    for (const { warnings = [] } of setup.targets ?? []) for (const text of warnings) ways.warn(text);
    const attached = attachTool(tool, setup, { plan: top.plan });
    run.start = readClocks().boot;
    const facts: TopFacts = {
      name: tool.name,
      ...groupingsOf(tool),
      columns,
      run,
    };
    const source = tool.source(attached.object, run.start);
    return new TopSession({ attached, source, shaping, facts, settings, filter, ending, ways });
  }

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#filter = parts.filter;
  }

  get facts(): TopFacts {
    return this.#parts.facts;
  }

  get settings(): TopSettings {
    return this.#parts.settings;
  }

  /** How everything is observed. */
  get attached(): Omit<Attached, 'object'> {
    return this.#parts.attached;
  }

  /** Reads what was counted since the last time. @returns what is to be shown now */
  read(): Snapshot {
    const { source, shaping, settings } = this.#parts;
    // what a filter lets pass is summed up here, silent rows included
    const quiet = settings.idle || this.#filter ? Infinity : shaping.linger;
    const reading = source.read(readClocks().boot, quiet);
    // only a screen, where rows linger, draws what has been
    if (shaping.linger > 0) shaping.history.record(reading.rows);
    this.rows = reading.rows;
    if (!settings.paused || !this.#reading) this.#reading = settings.paused ? held(reading) : reading;
    return this.reshape();
  }

  /** The last reading once more, as the settings have it now. */
  reshape(): Snapshot {
    const { shaping, settings } = this.#parts;
    const filter = this.#filter;
    const reading = this.#reading ?? emptyReading(shaping.tool);
    return makeSnapshot(reading, settings, { ...shaping, filter: filter && ((row) => filter.matches(row)) });
  }

  /** Changes settings. @throws UsageError (as a rejection), and nothing is changed */
  async change(part: Partial<TopSettings>): Promise<void> {
    const { settings, facts, shaping, ways } = this.#parts;
    const groups = facts.groups.map(([name]) => name);
    if (part.group !== undefined) known('--by', part.group, groups);
    if (part.sort !== undefined) known('--sort', part.sort, Object.keys(facts.columns));
    if ('filter' in part) {
      this.#filter =
        part.filter === undefined ? undefined : await compileFilter(part.filter, shaping.columns, ways.warn);
    }
    if (part.paused && this.#reading) this.#reading = held(this.#reading);
    Object.assign(settings, part);
  }

  /** Counts nothing more; what was counted can still be read. */
  detach(): void {
    this.#parts.attached.object.detach();
  }

  /** Detaches and frees everything; idempotent. */
  close(): void {
    this.#parts.ending.abort();
    this.#parts.attached.object.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
