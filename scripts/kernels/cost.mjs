// test/vm/verifier-cost.txt: how many instructions the verifier looks at, per program and kernel.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/run.mjs';

/** Kernel → program → instructions. @typedef {Record<string, Record<string, number>>} Costs */

const file = join(root, 'test/vm/verifier-cost.txt');
const head = `# Instructions that each kernel's verifier looks at to accept a program with all that it can collect; "-": not accepted.
# A test fails when one grows by more than a tenth. Written by: npm run test:kernels -- --update
`;

/** @returns {Costs} */
export function readCosts() {
  return parseCosts(readFileSync(file, 'utf8'));
}

/**
 * Puts new columns in the place of the old ones, or beside them.
 * @param {Costs} columns
 */
export function updateCosts(columns) {
  writeFileSync(file, formatCosts({ ...readCosts(), ...columns }));
}

/** @param {string} text @returns {Costs} */
export function parseCosts(text) {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  const [[, ...kernels] = [], ...rows] = lines.map((line) => line.split(/\s+/));
  return Object.fromEntries(
    kernels.map((kernel, column) => {
      const costs = rows.map(([program, ...cells]) => /** @type {const} */ ([program, Number(cells[column])]));
      return [kernel, Object.fromEntries(costs.filter(([, cost]) => cost > 0))];
    }),
  );
}

/** @param {Costs} costs */
export function formatCosts(costs) {
  const kernels = Object.keys(costs).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const programs = [...new Set(Object.values(costs).flatMap(Object.keys))].sort();
  const width = Math.max(...programs.map((program) => program.length), 0);
  const line = (/** @type {string} */ first, /** @type {(kernel: string) => string} */ cell) =>
    `${first.padEnd(width)}${kernels.map((kernel) => cell(kernel).padStart(8)).join('')}\n`;
  const rows = programs.map((program) => line(program, (kernel) => String(costs[kernel][program] ?? '-')));
  return head + line('program', (kernel) => kernel) + rows.join('');
}
