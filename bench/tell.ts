import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { drawBars } from './chart.ts';
import type { Comparison } from './figures.ts';
import { formatGoals } from './goals.ts';
import { formatMachine, type Machine } from './machine.ts';
import { formatComparison } from './render.ts';
import { formatSummary } from './summary.ts';

/** All that a run has brought, as it is kept. */
export interface Results {
  readonly machine: Machine;
  readonly date: string;
  readonly rounds: number;
  /** Of the soak. */
  readonly minutes: number;
  /** How long the run took. */
  readonly seconds: number;
  readonly comparisons: readonly Comparison[];
}

interface Manner {
  readonly json: boolean;
  /** Whether all parts were measured, and not quickly. */
  readonly all: boolean;
  readonly quick: boolean;
  readonly update: boolean;
}

const here = (path: string) => new URL(path, import.meta.url);
const [begin, end] = ['<!-- bench -->', '<!-- /bench -->'];
/** The charts that README shows. */
const SHOWN = [
  'open-kept.svg',
  'open-cpu.svg',
  'exec-kept.svg',
  'first-first.svg',
  'flood-3-rate.svg',
  'flows-kept.svg',
];

/** To standard output; of a whole run also into results.json, and on demand into RESULTS.md, its charts, and README. */
export function tell(results: Results, { json, all, quick, update }: Manner): void {
  console.log(json ? JSON.stringify(results) : quick ? formatQuick(results) : formatResults(results));
  if (process.exitCode) return;
  if (all && !quick) writeFileSync(here('results.json'), `${formatJson(results)}\n`);
  if (update) writeResults(results);
}

/** Without what was to be reached: that takes longer. */
const formatQuick = ({ comparisons }: Results) =>
  [
    ...comparisons.map(formatComparison),
    process.exitCode ? 'Not all of it works.' : 'All of it works. Such a short run says nothing about speed.',
  ].join('\n\n');

function formatResults(results: Results, chartsBelow = (_: Comparison) => ''): string {
  const { comparisons } = results;
  const goals = formatGoals(comparisons);
  const tables = comparisons.flatMap((each) => [formatComparison(each), chartsBelow(each)]);
  return [formatManner(results), goals, ...tables].filter((text) => text !== '').join('\n\n');
}

function formatManner({ machine, date, rounds, seconds }: Results): string {
  return [
    `${formatMachine(machine)}; ${date}, ${rounds} rounds, ${Math.ceil(seconds / 60)} min.`,
    'Medians of the rounds, in each of which the tools took turns (least–most); ×: of the best peer.',
    'Machines are shared and noisy: compare numbers of one run only.',
  ].join('\n');
}

/** One measure in a line: a new run changes lines, and not the whole file. */
function formatJson(results: Results): string {
  return JSON.stringify(results, undefined, 1).replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s*\n\s*/g, ' '));
}

/** README's part of it: what stands between the markers. */
export function formatReadme(results: Results): string {
  const { comparisons } = results;
  const shown = comparisons.flatMap((each) => chartsOf(each, results)).filter(({ file }) => SHOWN.includes(file));
  const images = shown.map((chart) => image(chart, 'bench/charts')).join('\n');
  const parts = [formatManner(results), formatGoals(comparisons), formatSummary(comparisons), images];
  return parts.filter((text) => text !== '').join('\n\n');
}

interface Chart {
  readonly title: string;
  readonly file: string;
  readonly svg: string;
}

const image = ({ title, file }: Chart, folder: string) => `![${title}](${folder}/${file})`;

function chartsOf(comparison: Comparison, { comparisons }: Results): Chart[] {
  const number = comparisons.filter(({ part }) => part === comparison.part).indexOf(comparison);
  return comparison.measures
    .filter(({ key, values }) => comparison.charts.includes(key) && Object.keys(values).length > 0)
    .map((of) => ({
      title: `${comparison.title}: ${of.label}`,
      file: `${comparison.part}${number ? `-${number + 1}` : ''}-${of.key}.svg`,
      svg: drawBars(comparison, of),
    }));
}

/** All that is made of results. */
export function writeResults(results: Results): void {
  rmSync(here('charts'), { recursive: true, force: true });
  mkdirSync(here('charts'));
  const charts = results.comparisons.flatMap((each) => chartsOf(each, results));
  for (const { file, svg } of charts) writeFileSync(here(`charts/${file}`), svg);
  const below = (each: Comparison) =>
    chartsOf(each, results)
      .map((chart) => image(chart, 'charts'))
      .join('\n');
  const title = '# The benchmark\n\nWritten by `sudo npm run bench -- --update`.';
  writeFileSync(here('RESULTS.md'), `${title}\n\n${formatResults(results, below)}\n`);
  const readme = here('../README.md');
  const [before, rest] = readFileSync(readme, 'utf8').split(begin);
  const [, after] = rest.split(end);
  writeFileSync(readme, `${before}${begin}\n${formatReadme(results)}\n${end}${after}`);
}
