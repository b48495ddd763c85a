// What works on which kernel, as test/vm/plans.json says it, in the documents that tell it: between markers, by
// `node scripts/kernels/support.mjs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../lib/run.mjs';
import { filesIn } from '../lib/stale.mjs';
import { kernels } from './archive.mjs';

/** @typedef {{ tool: string, observation: string, plan: string, since: string | null, because?: string }} Row */

const names = kernels.map(({ name }) => name);
/** The tool whose rows are about the ways of attaching themselves. */
const shared = 'loader';

/** Tables by the name that stands in the marker. @type {Record<string, (rows: readonly Row[]) => string>} */
const tables = { tools: toolTable, plans: planTable, hooks: hookTable };

/** @returns {Row[]} */
export function readRows() {
  return JSON.parse(readFileSync(join(root, 'test/vm/plans.json'), 'utf8'));
}

/** @returns {string[]} the documents that may have markers, relative to the root */
export function documents() {
  return ['README.md', ...filesIn('docs', /\.md$/, { deep: true })];
}

/**
 * @param {string} text of a document
 * @param {readonly Row[]} rows
 * @returns {string} the same with the tables of now
 */
export function withTables(text, rows) {
  return text.replace(/(<!-- support: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (whole, start, name, end) =>
    name in tables ? `${start}\n${tables[name](rows)}\n${end}` : whole,
  );
}

/** Tool × kernel: whether it works, or what it cannot observe there. @param {readonly Row[]} rows */
function toolTable(rows) {
  const tools = [...new Set(rows.map(({ tool }) => tool))].filter((tool) => tool !== shared).sort();
  return markdown(
    ['tool', ...names],
    tools.map((tool) => [`\`${tool}\``, ...names.map((kernel) => toolCell(rows, tool, kernel))]),
  );
}

/**
 * @param {readonly Row[]} rows
 * @param {string} tool
 * @param {string} kernel
 */
function toolCell(rows, tool, kernel) {
  const own = rows.filter((row) => row.tool === tool);
  const observations = [...new Set(own.map(({ observation }) => observation))];
  const cannot = observations.filter((name) => !own.some((row) => row.observation === name && works(row, kernel)));
  if (cannot.length === 0) return '✓';
  return cannot.length === observations.length ? 'no' : `not: ${cannot.join(', ')}`;
}

/** @param {readonly Row[]} rows */
function planTable(rows) {
  return fullTable(
    ['tool', 'observes', 'through', ...names],
    rows.filter(({ tool }) => tool !== shared),
    ({ tool, observation, plan }) => [`\`${tool}\``, observation, plan],
  );
}

/** @param {readonly Row[]} rows */
function hookTable(rows) {
  const own = rows.filter(({ tool }) => tool === shared);
  return fullTable(['way of attaching', ...names], own, ({ plan }) => [plan]);
}

/**
 * With a reason for each cell that is not a ✓.
 * @param {readonly string[]} head
 * @param {readonly Row[]} rows
 * @param {(row: Row) => string[]} words
 */
function fullTable(head, rows, words) {
  const cell = (/** @type {Row} */ row, /** @type {string} */ kernel) =>
    works(row, kernel) ? '✓' : (row.because ?? 'no');
  return markdown(
    head,
    rows.map((row) => [...words(row), ...names.map((kernel) => cell(row, kernel))]),
  );
}

/**
 * @param {Row} row
 * @param {string} kernel
 */
function works({ since }, kernel) {
  return since !== null && kernel.localeCompare(since, 'en', { numeric: true }) >= 0;
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} lines
 */
function markdown(head, lines) {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const file of documents()) {
    const path = join(root, file);
    const text = readFileSync(path, 'utf8');
    const next = withTables(text, readRows());
    if (next !== text) writeFileSync(path, next);
  }
}
