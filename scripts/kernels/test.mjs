// `npm run test:kernels [-- 6.1 execsnoop]`: the live tests on other kernels, under qemu, and a table of what works where.
// Kernels and tools may be named; --update: writes test/vm/verifier-cost.txt anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../build.mjs';
import { root, runMain, ScriptError, Status, say } from '../lib/run.mjs';
import { setup } from '../setup.mjs';
import { fetchKernel, kernels, Unavailable } from './archive.mjs';
import { updateCosts } from './cost.mjs';
import { emptyReport } from './report.mjs';
import { testHere, testKernel, toolNames } from './suite.mjs';
import { formatTable, summary, untested } from './table.mjs';

/** @typedef {import('./report.mjs').Report} Report */

await runMain(async () => {
  const { names, tools, update } = readArguments(process.argv.slice(2));
  await prepare();
  if (update) process.env.EBPF_KIT_UPDATE = '1';
  const reports = await allThreeAtATime([
    ...names.map((name) => () => testOne(name, tools)),
    ...(process.getuid?.() === 0 ? [() => testHere(tools)] : []),
  ]);
  if (update) updateCosts(Object.fromEntries(reports.map(({ kernel, costs }) => [kernel, costs])));
  return tell(reports, tools);
});

/** @param {readonly string[]} args */
function readArguments(args) {
  const known = kernels.map(({ name }) => name);
  const tools = ['loader', ...toolNames()];
  const words = args.filter((arg) => arg !== '--update');
  const unknown = words.filter((word) => !known.includes(word) && !tools.includes(word));
  if (unknown.length > 0) {
    const choice = `kernels: ${known.join(', ')}\ntools: ${tools.join(', ')}`;
    throw new ScriptError(`neither a kernel nor a tool: ${unknown.join(', ')}\n${choice}`, Status.usage);
  }
  const names = known.filter((name) => words.includes(name));
  return {
    names: names.length > 0 ? names : known,
    tools: words.filter((word) => tools.includes(word)),
    update: args.includes('--update'),
  };
}

/** Installs and builds. @throws ScriptError with status 69 when there is no qemu to be had */
async function prepare() {
  if (process.arch !== 'x64') {
    throw new ScriptError(`the kernels to test on are for x86-64: this is ${process.arch}`, Status.unavailable);
  }
  await setup('test');
  try {
    await setup('kernels');
  } catch (error) {
    if (!(error instanceof ScriptError) || error.exitCode === Status.noPermission) throw error;
    throw new ScriptError(`no test machines here: ${error.message}`, Status.unavailable);
  }
  await build();
}

/**
 * @param {string} name
 * @param {readonly string[]} tools
 * @returns {Promise<Report>}
 */
async function testOne(name, tools) {
  try {
    const kernel = await fetchKernel(name);
    say(`${name}: testing on Linux ${kernel.version}`);
    const report = await testKernel(kernel, tools);
    say(summary(report));
    return report;
  } catch (error) {
    if (error instanceof Unavailable) return { ...emptyReport(name), unavailable: error.message };
    if (error instanceof ScriptError) return { ...emptyReport(name), trouble: error.message };
    throw error;
  }
}

/**
 * Prints everything there is to say.
 * @param {readonly Report[]} reports
 * @param {readonly string[]} tools
 * @returns {number} exit status
 */
function tell(reports, tools) {
  /** @type {import('./table.mjs').Row[]} */
  const all = JSON.parse(readFileSync(join(root, 'test/vm/plans.json'), 'utf8'));
  const rows = all.filter(({ tool }) => tools.length === 0 || tools.includes(tool) || tool === 'loader');
  const failures = reports.flatMap((report) => failuresOf(report, rows));
  const parts = [formatTable(rows, reports), reports.map((report) => `${summary(report)}\n`).join('')];
  const numPassedTests = reports.reduce((sum, { passed }) => sum + passed, 0);
  // As vitest has it, for CI.
  const counts = { numPassedTests, numFailedTests: failures.length, reports };
  writeFileSync(join(root, 'dist/.build/tests-kernels.json'), JSON.stringify(counts, null, 1));
  process.stdout.write([...failures.map((text) => `${text}\n`), ...parts].join('\n'));
  return failures.length > 0 ? Status.failure : Status.ok;
}

/**
 * @param {Report} report
 * @param {readonly import('./table.mjs').Row[]} rows
 */
function failuresOf(report, rows) {
  const { kernel, failures, trouble, unavailable } = report;
  if (unavailable) {
    const must = kernels.some(({ name, must }) => name === kernel && must);
    return must ? [`${kernel}: has to be tested, and cannot: ${unavailable}`] : [];
  }
  if (trouble) return [...failures, `${kernel}: ${trouble}`];
  const missing = untested(rows, report).map(({ tool, observation, plan }) => `${tool}, ${observation}, ${plan}`);
  return [...failures, ...missing.map((row) => `no test was about ${row}`)].map((text) => `${kernel}: ${text}`);
}

/**
 * An emulated machine keeps one processor busy. With one machine more than CI has processors, none is idle at the end.
 * @template T
 * @param {readonly (() => Promise<T>)[]} jobs
 * @returns {Promise<T[]>} their results, in order
 */
async function allThreeAtATime(jobs) {
  /** @type {T[]} */
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < jobs.length) {
      const index = next++;
      results[index] = await jobs[index]();
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return results;
}
