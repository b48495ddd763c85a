// What the tests said on one kernel, out of what vitest wrote.
import { existsSync, readFileSync } from 'node:fs';
import { root } from '../lib/run.mjs';

/**
 * What the test of one way of attaching said: see test/vm/plans.ts.
 * @typedef {{ tool: string, observation: string, plan: string, state: 'passed' | 'failed' | 'cannot', because?: string }} PlanResult
 */

/**
 * How the suite went on one kernel. `trouble`: it did not come to its end; `unavailable`: there is no such kernel.
 * `costs`: program → verified instructions, as test/vm/cost.ts tells them.
 * @typedef {{
 *   kernel: string, passed: number, failed: number, skipped: number, seconds: number, failures: string[],
 *   plans: PlanResult[], costs: Record<string, number>, trouble?: string, unavailable?: string,
 * }} Report
 */

/** @param {string} kernel */
export function emptyReport(kernel) {
  return { kernel, passed: 0, failed: 0, skipped: 0, seconds: 0, failures: [], plans: [], costs: {} };
}

/**
 * @param {string} file that vitest's JSON reporter wrote; a missing one holds nothing
 * @returns {Partial<Report>}
 */
export function readReport(file) {
  if (!existsSync(file)) return {};
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {Report} */
  const report = emptyReport('');
  for (const { name, status, message, assertionResults } of testResults) {
    const where = name.slice(root.length + 1);
    const before = report.failed;
    for (const test of assertionResults) {
      if (test.status === 'passed') report.passed++;
      else if (test.status === 'failed') report.failed++;
      else report.skipped++;
      if (test.status === 'failed')
        report.failures.push(`${where}: ${test.fullName}\n${indent(test.failureMessages[0])}`);
      const { plan, cost } = test.meta;
      if (plan) report.plans.push(test.status === 'passed' ? plan : { ...plan, state: 'failed', because: undefined });
      Object.assign(report.costs, cost);
    }
    // A file that does not load, or a hook, fails without a test.
    if (status !== 'failed' || report.failed > before) continue;
    report.failed++;
    report.failures.push(`${where}\n${indent(message)}`);
  }
  const { kernel: _, ...rest } = report;
  return rest;
}

/** @param {string} [text] */
const indent = (text = '') =>
  text
    .split('\n')
    .slice(0, 12)
    .map((line) => `    ${line}`)
    .join('\n');
