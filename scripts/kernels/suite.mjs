// The live tests on one kernel, and what they said.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { root, run, say } from '../lib/run.mjs';
import { boot } from './machine.mjs';

/** @typedef {import('./archive.mjs').Kernel} Kernel */

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

/** Tests whose cells the table is made of: enough for the running kernel, which `npm run test:live` tests in full. */
const planTests = ['test/live/plans', 'test/live/loader', 'test/live/verifier-cost'];
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project=live', '--reporter=verbose', '--reporter=json'];

/** @param {string} kernel */
export function emptyReport(kernel) {
  return { kernel, passed: 0, failed: 0, skipped: 0, seconds: 0, failures: [], plans: [], costs: {} };
}

/** The name of the running kernel in the table, such as 6.18. */
export const here = /^\d+\.\d+/.exec(release())?.[0] ?? release();

/** @param {readonly string[]} tools empty: all */
const filters = (tools) =>
  tools.length > 0 ? [...planTests, ...tools.map((tool) => `test/live/${tool}`)] : ['test/live/'];

/**
 * @param {Kernel} kernel
 * @param {readonly string[]} tools to test; empty: all
 * @returns {Promise<Report>}
 */
export async function testKernel(kernel, tools) {
  const { name } = kernel;
  let count = 0;
  const outcome = await boot(kernel, guestCommand(name, tools), {
    onLine(line) {
      if (/^ *[×✗] /.test(line)) say(`${name}: ${line.trim()}`);
      else if (/^ *✓ /.test(line) && ++count % 25 === 0) say(`${name}: ${count} tests passed`);
    },
  });
  const file = join(outcome.folder, 'results/tests.json');
  const report = { ...emptyReport(name), ...readReport(file), seconds: outcome.seconds };
  const trouble = outcome.trouble ?? (existsSync(file) ? undefined : `vitest ended with status ${outcome.status}`);
  if (trouble) {
    const tail = outcome.console.trimEnd().split(/\r*\n/).slice(-40).join('\n  ');
    return { ...report, trouble: `${trouble}; the end of its console (all of it: ${outcome.folder}):\n  ${tail}` };
  }
  keep(file, name);
  rmSync(outcome.folder, { recursive: true });
  return report;
}

/**
 * The tests of the table on the running kernel.
 * @param {readonly string[]} tools
 * @returns {Promise<Report>}
 */
export async function testHere(tools) {
  const file = join(root, 'dist/.build/kernels-here.json');
  rmSync(file, { force: true });
  const started = performance.now();
  const env = { ...process.env, EBPF_KIT_TOOLS: tools.join(','), NO_COLOR: '1' };
  const args = [...vitest, `--outputFile.json=${file}`, ...planTests];
  const { status, output } = await run(process.execPath, args, { env, stdio: 'capture' });
  const report = { ...emptyReport(here), ...readReport(file), seconds: (performance.now() - started) / 1000 };
  return existsSync(file) ? report : { ...report, trouble: `vitest ended with status ${status}:\n${output.trim()}` };
}

/**
 * @param {string} name
 * @param {readonly string[]} tools
 */
function guestCommand(name, tools) {
  const path = [dirname(process.execPath), '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'].join(':');
  const words = [process.execPath, ...vitest, '--outputFile.json=/run/results/tests.json', '--testTimeout=300000'];
  const quoted = [...words, ...filters(tools)].map(quote).join(' ');
  const env = { PATH: path, HOME: '/root', NO_COLOR: '1', EBPF_KIT_VM: name, EBPF_KIT_TOOLS: tools.join(',') };
  const update = process.env.EBPF_KIT_UPDATE ? { EBPF_KIT_UPDATE: '1' } : {};
  const exports = Object.entries({ ...env, ...update }).map(([key, value]) => `export ${key}=${quote(value)}`);
  return [...exports, `cd ${quote(root)}`, `exec ${quoted}`, ''].join('\n');
}

/** @param {string} word */
const quote = (word) => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * Where CI finds what the tests said.
 * @param {string} file
 * @param {string} name
 */
function keep(file, name) {
  const folder = join(root, 'dist/.build');
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, join(folder, `tests-kernel-${name}.json`));
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
