import { assertionOptions } from '../assert/assertion-options.ts';
import { UsageError } from '../errors.ts';
import type { HelpSection } from '../help.ts';
import { suggestion } from '../nearest.ts';
import { escapeText } from '../text.ts';
import { flag, type OptionSpecs, type OptionsOf, option, setting } from '../tool/options.ts';
import { checkStreamOptions, streamOptions } from '../tool/stream-options.ts';
import { parseCount, parseDuration } from '../units.ts';
import type { AnyTopTool } from './define.ts';
import type { TopSettings, UnitFamily } from './model.ts';
import { parseUnits } from './units.ts';

const { columns, filter, json, csv, output, report, duration, timeout, until, waitFor } = streamOptions;
const { readyFd, readyFile, plan, verbose } = streamOptions;

const recordOptions = {
  record: { ...streamOptions.record, doc: 'keep every reading, before the filter and ungrouped, for ebpf-kit replay' },
};

const untilOptions = {
  until: { ...until, doc: 'end with the first interval in which this expression is true of a row' },
  waitFor,
  timeout,
};

/** They are asked of every row (a group, with --by) of every interval. */
const rowAssertions = {
  failIf: { ...assertionOptions.failIf, doc: 'exit with 90 if this CEL expression is true of a row' },
  expect: { ...assertionOptions.expect, doc: 'exit with 90 unless it is true of at least one row' },
  expectCount: { ...assertionOptions.expectCount, doc: 'exit with 90 unless it is true of so many rows' },
  requireComplete: { ...streamOptions.requireComplete, doc: 'exit with status 91 if anything was not accounted for' },
};

/** What every top tool has besides its own options. */
export const topOptions = {
  interval: setting(
    '-i, --interval <time>',
    'time between two readings: 500ms, 2s (default: 1s)',
    (text) => parseDuration(text, '--interval', { min: 100, max: 3_600_000 }),
    1000,
  ),
  count: option('--count <n>', 'end after so many intervals', (text) => parseCount(text, '--count', { min: 1 })),
  rows: option('--rows <n>', 'show at most so many rows, the first ones', (text) =>
    parseCount(text, '--rows', { min: 1 }),
  ),
  by: option('--by <what>', 'one row for each of these; see below', String),
  sort: option('--sort <column>', 'sort by this column, numbers from the largest; see below', String),
  reverse: flag('--reverse', 'the other way round'),
  idle: flag('--idle', 'also what was silent in the interval'),
  units: setting(
    '--units <family>',
    'of amounts: bin-bytes (default), bin-bits, si-bytes, si-bits; JSON and CSV: bytes',
    parseUnits,
    'bin-bytes' as UnitFamily,
  ),
  batch: flag('-b, --batch', 'one table per interval, also on a terminal'),
  columns,
  filter: { ...filter, doc: 'only rows (before they are grouped) for which this CEL expression is true' },
  json: { ...json, doc: 'one JSON object per row and interval, and one of totals' },
  csv,
  output,
  report,
  ...recordOptions,
  duration,
  ...untilOptions,
  ...rowAssertions,
  readyFd,
  readyFile,
  plan,
  verbose,
};

export type TopOptions = OptionsOf<typeof topOptions>;

/** Their headings in help. */
export const topOptionGroups = {
  'What is shown': {
    by: topOptions.by,
    sort: topOptions.sort,
    reverse: topOptions.reverse,
    rows: topOptions.rows,
    idle: topOptions.idle,
    units: topOptions.units,
    columns,
    filter: topOptions.filter,
  },
  'How often, and for how long': { interval: topOptions.interval, count: topOptions.count, duration, ...untilOptions },
  'In which form': { batch: topOptions.batch, json: topOptions.json, csv, output, report, ...recordOptions },
  Assertions: rowAssertions,
  'For scripts': { readyFd, readyFile },
  'How it attaches': { plan, verbose },
};

/** What help says of --by and --sort. */
export const groupsHelp = (tool: AnyTopTool): readonly HelpSection[] => [
  { title: 'Groups (--by)', items: Object.entries(tool.groups).map(([name, { doc }]) => [name, doc]) },
  {
    title: 'Usual columns to --sort by',
    items: Object.entries(tool.groups).map(([name, { sorts }]) => [name, sorts.join(', ')]),
  },
];

/** Rows of a table, where it is not said how many: those of a screen. */
const ROWS = 20;

/**
 * Where the settings begin.
 * @param scrolls all rows can be seen, however many there are
 * @throws UsageError for a grouping or a column that does not exist
 */
export function firstSettings(tool: AnyTopTool, columns: object, options: TopOptions, scrolls: boolean): TopSettings {
  const groups = Object.keys(tool.groups);
  const group = known('--by', options.by ?? groups[0], groups);
  const sort = known('--sort', options.sort ?? tool.groups[group].sorts[0], Object.keys(columns));
  const whole = options.json || options.csv || scrolls;
  return {
    sort,
    reverse: options.reverse,
    group,
    filter: options.filter,
    search: '',
    paused: false,
    units: options.units,
    interval: options.interval,
    idle: options.idle,
    rows: options.rows ?? (whole ? undefined : ROWS),
  };
}

/** @throws UsageError when it is none of the names */
export function known(what: string, name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  throw new UsageError(
    `${what}: there is no "${escapeText(name)}"${suggestion(name, names)}`,
    `${what} takes ${names.join(', ')}`,
  );
}

/** @throws UsageError for options that exclude each other */
export function checkTopOptions(options: TopOptions): void {
  checkStreamOptions(options);
}

topOptions satisfies OptionSpecs;
