import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawBars } from '../../../bench/chart.ts';
import { add, type Comparison, measure, median } from '../../../bench/figures.ts';
import { formatGoals } from '../../../bench/goals.ts';
import { formatComparison } from '../../../bench/render.ts';
import { formatReadme } from '../../../bench/tell.ts';

function comparison(): Comparison {
  const rate = measure('kept', 'kept, %', { digits: 1, better: 'more' });
  for (const value of [65, 60, 70]) add(rate, 'ebpf-kit', value);
  for (const value of [12, 13]) add(rate, 'libbpf-tools', value);
  const lost = measure('lost', 'lost', { over: 'sum' });
  for (const value of [0, 0, 1234]) add(lost, 'ebpf-kit', value);
  const rows = ['untraced', 'ebpf-kit', 'libbpf-tools'];
  const peers = ['libbpf-tools'];
  return { part: 'open', title: 'A storm', traced: 'Opens <all>.', rows, peers, measures: [rate, lost], charts: [] };
}

test('the median is the one in the middle, or half way between two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 5, 2])).toBe(3.5);
});

test('a table has the median with its spread, the ratio to the best peer, and a gap for what was not measured', () => {
  expect(formatComparison(comparison()).split('\n')).toEqual([
    '**A storm**',
    '',
    'Opens <all>.',
    '',
    '|              |                kept, % |  lost |',
    '|--------------|-----------------------:|------:|',
    '| untraced     |                        |       |',
    '| ebpf-kit     | 65.0 (60.0–70.0) ×5.20 | 1 234 |',
    '| libbpf-tools |       12.5 (12.0–13.0) |       |',
  ]);
});

test('a number to reach is reached or not, and one that was not measured is left out', () => {
  expect(formatGoals([comparison()]).split('\n')).toEqual([
    expect.stringMatching(/^\| numbers to reach +\| +asked \| measured \| reached \|$/),
    expect.stringMatching(/^\|-+\|-+:\|-+:\|-+:\|$/),
    expect.stringMatching(/^\| storm of open\(\) kept .* \| +at least 60 % \| +65\.0 % \| +yes \|$/),
    expect.stringMatching(/^\| events lost .* \| +at most 0 \| +1 234 \| +no \|$/),
  ]);
});

test('a chart has a bar for each that was measured, as long as its number is large', () => {
  const { measures } = comparison();
  const svg = drawBars(comparison(), measures[0]);
  expect(
    [...svg.matchAll(/<rect class="(\w+)" .*? width="([\d.]+)"/g)].map(([, kind, width]) => [kind, width]),
  ).toEqual([
    ['ours', '430.0'],
    ['peer', '82.7'],
  ]);
  expect(svg).not.toContain('untraced');
});

test("README's figures are those of bench/results.json", () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const [, shown] = /<!-- bench -->\n(.*)\n<!-- \/bench -->/s.exec(read('README.md')) ?? [];
  expect(shown).toBe(formatReadme(JSON.parse(read('bench/results.json'))));
});
