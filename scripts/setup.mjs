// Looks for what building (--test: and testing, --check: and checking) needs, and installs what is missing.
// Runs before anything is installed: plain Node, no dependency.
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { installModules } from './lib/modules.mjs';
import { findProgram } from './lib/needs.mjs';
import { checkLibbpf, installMissing } from './lib/packages.mjs';
import { run, runMain, ScriptError } from './lib/run.mjs';

const oldestNode = 20;

/**
 * Installs what is missing: system packages, then Node modules. Costs a few milliseconds when nothing is.
 * @param {...import('./lib/needs.mjs').Purpose} more purposes beyond building
 */
export async function setup(...more) {
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    throw new ScriptError(`Node.js ${oldestNode} or newer is needed: this is ${process.version}`);
  }
  await installMissing(['build', ...more], {
    run,
    uid: process.getuid?.() ?? -1,
    hasApt: findProgram('apt-get') !== undefined,
  });
  checkLibbpf();
  await installModules({ run });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const more = /** @type {const} */ (['test', 'check']).filter((purpose) => process.argv.includes(`--${purpose}`));
  await runMain(async () => {
    await setup(...more);
    await build();
  });
}
