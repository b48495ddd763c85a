import { type Columns, type NamedColumn, pickColumns } from '../columns/columns.ts';
import { cellText } from '../output/table.ts';
import type { AnyTopTool, Grouping, Reading } from './define.ts';
import type { History } from './history.ts';
import type { Snapshot, TopRow, TopSettings } from './model.ts';
import { compare, firstRows } from './sort.ts';

/** What a snapshot is made with, besides the reading and the settings. */
export interface Shaping {
  readonly tool: AnyTopTool;
  readonly columns: Columns<TopRow>;
  /** As --columns takes them; left out: those of the grouping. */
  readonly picked?: string;
  /** What lets rows pass before they are grouped. */
  readonly filter?: (row: TopRow) => boolean;
  readonly capacity: number;
  /** How long a row that has fallen silent stays, ns. */
  readonly linger: number;
  readonly history: History;
}

/** Filters, groups, searches, sorts and cuts what was read. */
export function makeSnapshot(reading: Reading<TopRow>, settings: TopSettings, shaping: Shaping): Snapshot {
  const { tool, filter, linger, history, capacity } = shaping;
  const { time, interval, evicted } = reading;
  const grouping = tool.groups[settings.group];
  const columns = columnsFor(grouping, shaping);
  const passed = filter ? reading.rows.filter(filter) : reading.rows;
  const members = membersOf(passed, grouping);
  const shown = (members ? foldAll(members, tool) : passed).filter(
    (row) => settings.idle || row.rate > 0 || row.quiet < linger,
  );
  const found = search(shown, columns, settings.search);
  const ties = members && ((one: TopRow, other: TopRow) => compare(one.key, other.key));
  const rows = firstRows(found, { ...shaping.columns[settings.sort], reverse: settings.reverse, ties }, settings.rows);
  const named = (names: readonly string[] = []) => names.map((name) => ({ ...shaping.columns[name], name }));
  return {
    time,
    interval,
    columns,
    more: shaping.picked === undefined ? named(grouping.more) : [],
    rows,
    all: settings.rows === undefined ? rows : found,
    found: found.length,
    totals: filter ? tool.fold(passed, 'totals') : reading.totals,
    evicted,
    capacity,
    recent: ({ key }) => history.recent(members ? (members.get(key) ?? []).map((row) => row.key) : [key]),
  };
}

function columnsFor({ columns }: Grouping<TopRow>, shaping: Shaping): readonly NamedColumn<TopRow>[] {
  return pickColumns(shaping.columns, columns, shaping.picked);
}

/** The rows of each group; undefined: each row stands for itself. */
function membersOf(rows: readonly TopRow[], { key }: Grouping<TopRow>): Map<string, TopRow[]> | undefined {
  if (key === null) return undefined;
  const members = new Map<string, TopRow[]>();
  for (const row of rows) {
    const group = key(row);
    const known = members.get(group);
    if (known) known.push(row);
    else members.set(group, [row]);
  }
  return members;
}

function foldAll(members: Map<string, TopRow[]>, tool: AnyTopTool): TopRow[] {
  return [...members].map(([key, rows]) => tool.fold(rows, key));
}

function search(rows: TopRow[], columns: readonly NamedColumn<TopRow>[], text: string): TopRow[] {
  if (text === '') return rows;
  const wanted = text.toLowerCase();
  const cells = columns.map(cellText);
  return rows.filter((row) => cells.some((cell) => cell(row).toLowerCase().includes(wanted)));
}

/** Nothing has been read yet. */
export function emptyReading(tool: AnyTopTool): Reading<TopRow> {
  return { time: 0, interval: 1, rows: [], totals: tool.fold([], 'totals'), evicted: 0 };
}
