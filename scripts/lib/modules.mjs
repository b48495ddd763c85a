import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, ScriptError, say } from './run.mjs';

/** @typedef {typeof import('./run.mjs').run} Run */

/** The packages with native code, and what their install scripts build. */
const natives = {
  '@2060.io/ffi-napi': 'build/Release/ffi_bindings.node',
  '@2060.io/ref-napi': 'build/Release/binding.node',
};

/**
 * Brings node_modules to what package-lock.json says.
 * @param {{ run: Run, folder?: string }} system
 */
export async function installModules({ run, folder = root }) {
  const env = { ...process.env, ...nodeHeaders() };
  if (isOlder(join(folder, 'node_modules/.package-lock.json'), join(folder, 'package-lock.json'))) {
    say('installing the Node modules: npm ci');
    await npm(run, ['ci', '--include=dev', '--no-audit', '--no-fund'], folder, env);
  }
  for (const [name, file] of Object.entries(natives)) {
    const cwd = join(folder, 'node_modules', name);
    if (existsSync(join(cwd, file))) continue;
    // npm 12 runs no install script of a dependency that is bundled, whatever allowScripts says.
    say(`building the native code of ${name}: npm run install`);
    await npm(run, ['run', 'install'], cwd, env);
  }
}

/**
 * @param {string} file
 * @param {string} reference
 */
function isOlder(file, reference) {
  const installed = statSync(file, { throwIfNoEntry: false });
  return !installed || installed.mtimeMs < statSync(reference).mtimeMs;
}

/**
 * @param {Run} run
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 */
async function npm(run, args, cwd, env) {
  // The npm that started us may be elsewhere than on root's PATH.
  const self = process.env.npm_execpath ?? '';
  const known = self.endsWith('npm-cli.js');
  const { status, output } = await run(known ? process.execPath : 'npm', known ? [self, ...args] : args, {
    cwd,
    env,
    stdio: 'capture',
  });
  if (status !== 0) throw new ScriptError(`npm ${args.join(' ')} failed with status ${status}:\n${output.trim()}`);
}

/**
 * Node's own headers where they lie beside the running node, so that node-gyp need not download them.
 * @returns {NodeJS.ProcessEnv}
 */
function nodeHeaders() {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  const header = join(prefix, 'include/node/node_version.h');
  if (!existsSync(header)) return {};
  const [major, minor] = process.versions.node.split('.');
  const text = readFileSync(header, 'utf8');
  const same = new RegExp(`NODE_MAJOR_VERSION ${major}\\n[^]*NODE_MINOR_VERSION ${minor}\\n`).test(text);
  return same ? { npm_package_config_node_gyp_nodedir: prefix } : {};
}
