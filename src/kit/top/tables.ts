import type { Columns, NamedColumn } from '../columns/columns.ts';
import { openWriter } from '../output/open.ts';
import type { Sink } from '../output/sink.ts';
import type { Summary, Writer } from '../output/writer.ts';
import { count } from '../say.ts';
import type { AnyTopTool } from './define.ts';
import type { Snapshot, TopFacts, TopRow } from './model.ts';

interface Format {
  readonly json: boolean;
  readonly csv: boolean;
  readonly columns?: string;
}

/** The totals of a snapshot, and what else is to be said of it. */
interface Totals extends TopRow {
  readonly interval: number;
  readonly evicted: number;
}

const int = (doc: string, value: (totals: Totals) => number): NamedColumn<Totals> => ({
  name: '',
  head: '',
  width: 8,
  align: 'right',
  type: 'int',
  doc,
  value,
});

/** What records of totals have besides the tool's own columns. */
export const totalsColumns = (facts: { readonly columns: Columns<TopRow> }, names: readonly string[]) => [
  { ...facts.columns.time, name: 'time' },
  { ...int('time since the reading before, ns', ({ interval }) => interval), name: 'interval' },
  { ...int('how many there was no room for, so far', ({ evicted }) => evicted), name: 'evicted' },
  ...names.map((name) => ({ ...facts.columns[name], name })),
];

/** The records that a top tool writes in JSON besides those of its rows, for the schema. */
export function recordsOf(tool: AnyTopTool, all: Columns<never>) {
  const columns = all as Columns<TopRow>;
  const groups = Object.entries(tool.groups).filter(([, { key }]) => key !== null);
  const totals = Object.fromEntries(totalsColumns({ columns }, tool.totals).map((column) => [column.name, column]));
  return [
    ...groups.map(([type, { doc }]) => ({ type, doc: `one row of --by ${type}: ${doc}`, columns })),
    { type: 'totals', doc: 'all rows together', columns: totals as unknown as Columns<never> },
  ];
}

/** Of the line above a table, if possible. */
const WIDTH = 80;

/** One table per snapshot, or its rows as JSON or CSV, to standard output. */
export class Tables {
  readonly #sink: Sink;
  readonly #tool: AnyTopTool;
  readonly #facts: TopFacts;
  readonly #format: Format;
  readonly #totals: Writer<Totals>;
  /** Columns do not change while it runs: one writer is enough. */
  #writer: Writer<TopRow> | undefined;
  /** Rows written. */
  written = 0;
  /** Rows that the reader of standard output was too slow for. */
  refused = 0;

  static async open(sink: Sink, tool: AnyTopTool, facts: TopFacts, format: Format): Promise<Tables> {
    const totals = await openWriter(totalsColumns(facts, tool.totals) as NamedColumn<Totals>[], 'totals', {
      json: true,
      csv: false,
    });
    return new Tables(sink, tool, facts, format, totals);
  }

  private constructor(sink: Sink, tool: AnyTopTool, facts: TopFacts, format: Format, totals: Writer<Totals>) {
    this.#sink = sink;
    this.#tool = tool;
    this.#facts = facts;
    this.#format = format;
    this.#totals = totals;
  }

  /** What stands before the first snapshot: the head of CSV. */
  async begin(columns: readonly NamedColumn<TopRow>[], group: string): Promise<void> {
    const { json, csv, columns: picked } = this.#format;
    const whole = (json || csv) && picked === undefined;
    const all = Object.entries(this.#facts.columns).map(([name, column]) => ({ ...column, name }));
    const grouped = this.#tool.groups[group].key !== null;
    this.#writer = await openWriter(whole ? all : columns, grouped ? group : this.#tool.type, this.#format);
    if (csv) this.#sink.write(this.#writer.header());
  }

  show(snapshot: Snapshot): void {
    const writer = this.#writer;
    if (!writer) return;
    const { rows, totals, interval, evicted } = snapshot;
    const { json, csv } = this.#format;
    const body = writer.rows(rows);
    const text = json
      ? body + this.#totals.rows([{ ...totals, time: snapshot.time, interval, evicted }])
      : csv
        ? body
        : this.#table(snapshot, writer.header(), body);
    if (this.#sink.write(text, Math.max(rows.length, 1))) this.written += rows.length;
    else if (this.#sink.state === 'open') this.refused += rows.length;
  }

  /** The line above the rows says what is not in them. */
  #table(snapshot: Snapshot, header: string, rows: string): string {
    const { time, totals, found, evicted, capacity } = snapshot;
    const { run, columns } = this.#facts;
    const sums = this.#tool.totals
      .filter((name) => columns[name].text)
      .slice(0, 4)
      .map((name) => `${columns[name].head} ${columns[name].text?.(columns[name].value(totals), totals)}`);
    const left = found - snapshot.rows.length;
    const missing = [
      ...(left > 0 ? [`${count(left, 'row')} not shown`] : []),
      ...(evicted > 0 ? [`${evicted} evicted (room for ${capacity})`] : []),
    ];
    const line = (shown: readonly string[]) =>
      [run.clock.time(time), count(totals.members, this.#tool.type), ...shown, ...missing].join('  ');
    // the first ones matter most
    const first = line(sums).length <= WIDTH ? line(sums) : line(sums.slice(0, 2));
    return `${first}\n${header}${rows}\n`;
  }

  /** The last record. */
  summary(summary: Summary): void {
    if (this.#writer) this.#sink.write(this.#writer.summary(summary));
  }
}
