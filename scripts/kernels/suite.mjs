// The live tests on one kernel, and what they said.
import { readFileSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { root, run, say } from '../lib/run.mjs';
import { filesIn } from '../lib/stale.mjs';
import { boot } from './machine.mjs';
import { emptyReport, readReport } from './report.mjs';

/** @typedef {import('./archive.mjs').Kernel} Kernel */

/** @typedef {import('./report.mjs').Report} Report */

/** Tests of the shared code, and those whose cells the table is made of. */
const shared = ['loader', 'baseline', 'verifier-cost'];
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project=live', '--reporter=verbose', '--reporter=json'];

/** The name of the running kernel in the table, such as 6.18. */
export const here = /^\d+\.\d+/.exec(release())?.[0] ?? release();

/** @returns {string[]} every tool's name */
export function toolNames() {
  return filesIn('src/tools', /\.ts$/).map((file) => basename(file, '.ts'));
}

/**
 * What the tests of the table are about: no plans, when there is no tool to force any of.
 * @param {readonly string[]} tools empty: all
 */
function cells(tools) {
  const known = toolNames();
  return tools.length === 0 || tools.some((name) => known.includes(name)) ? ['plans', ...shared] : shared;
}

/**
 * The tests that a kernel may fail. Those of the command line, and those tagged `anywhere`, say the same on every one.
 * @param {readonly string[]} subjects tools, or what the shared tests are about
 */
function testFiles(subjects) {
  const about = new RegExp(`^test/live/(${subjects.join('|')})[.-]`);
  const isTagged = (/** @type {string} */ file) => /@module-tag anywhere/.test(readFileSync(join(root, file), 'utf8'));
  return filesIn('test/live', /\.test\.ts$/).filter((file) => about.test(file) && !isTagged(file));
}

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
      if (/^ *[×✗] |\(retry x\d+\)/.test(line)) say(`${name}: ${line.trim()}`);
      if (/^ *✓ /.test(line) && ++count % 25 === 0) say(`${name}: ${count} tests passed`);
    },
  });
  const file = join(outcome.folder, 'results/tests.json');
  const report = { ...emptyReport(name), ...readReport(file), seconds: outcome.seconds };
  const trouble = outcome.trouble ?? oddEnd(outcome.status ?? 1, report);
  if (trouble) {
    const tail = outcome.console.trimEnd().split(/\r*\n/).slice(-40).join('\n  ');
    return { ...report, trouble: `${trouble}; the end of its console (all of it: ${outcome.folder}):\n  ${tail}` };
  }
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
  const args = [...vitest, `--outputFile.json=${file}`, ...testFiles(cells(tools))];
  const { status, output } = await run(process.execPath, args, { env, stdio: 'capture' });
  const report = { ...emptyReport(here), ...readReport(file), seconds: (performance.now() - started) / 1000 };
  const trouble = oddEnd(status, report);
  return trouble ? { ...report, trouble: `${trouble}:\n${output.trim()}` } : report;
}

/**
 * vitest also fails for reasons that are no failed test.
 * @param {number} status
 * @param {Report} report
 */
function oddEnd(status, { passed, failed }) {
  if (passed + failed === 0) return `no test ran: vitest ended with status ${status}`;
  return status !== 0 && failed === 0 ? `no test failed, but vitest ended with status ${status}` : undefined;
}

/**
 * @param {string} name
 * @param {readonly string[]} tools
 */
function guestCommand(name, tools) {
  const path = [dirname(process.execPath), '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'].join(':');
  // Once more, and that is said: a processor that stands still for a second, as emulated ones do on a busy host, makes
  // TCP send again and processes overtake each other.
  const limits = ['--testTimeout=300000', '--retry=1', '--tagsFilter=!anywhere', '--no-isolate'];
  const words = [process.execPath, ...vitest, '--outputFile.json=/run/results/tests.json', ...limits];
  const files = testFiles([...cells(tools), ...(tools.length > 0 ? tools : toolNames())]);
  const quoted = [...words, ...files].map(quote).join(' ');
  const env = { PATH: path, HOME: '/root', NO_COLOR: '1', EBPF_KIT_VM: name, EBPF_KIT_TOOLS: tools.join(',') };
  const update = process.env.EBPF_KIT_UPDATE ? { EBPF_KIT_UPDATE: '1' } : {};
  const exports = Object.entries({ ...env, ...update }).map(([key, value]) => `export ${key}=${quote(value)}`);
  return [...exports, `cd ${quote(root)}`, `exec ${quoted}`, ''].join('\n');
}

/** @param {string} word */
const quote = (word) => `'${word.replaceAll("'", "'\\''")}'`;
