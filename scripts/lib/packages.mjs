import { readdirSync } from 'node:fs';
import { missingNeeds, oldLibbpf } from './needs.mjs';
import { ScriptError, Status, say } from './run.mjs';

/** @typedef {import('./needs.mjs').Need} Need */
/** @typedef {import('./needs.mjs').Purpose} Purpose */
/** @typedef {typeof import('./run.mjs').run} Run */

const families = ['Debian, Ubuntu', 'Fedora', 'Arch'];
const installCommands = ['apt-get install', 'dnf install', 'pacman -S'];

/**
 * @param {readonly Need[]} missing
 * @param {number} family index into `families`
 */
function packageNames(missing, family) {
  return [...new Set(missing.map(({ packages }) => packages[family] ?? packages[0]))];
}

/**
 * Installs through apt what is missing, or says what somebody else has to install.
 * @param {readonly Purpose[]} purposes
 * @param {{ run: Run, uid: number, hasApt: boolean, find?: typeof missingNeeds, lists?: string }} system
 *   `lists`: the folder of apt's package lists
 */
export async function installMissing(
  purposes,
  { run, uid, hasApt, find = missingNeeds, lists = '/var/lib/apt/lists' },
) {
  const missing = find(purposes);
  if (missing.length === 0) return;
  const names = packageNames(missing, 0);
  if (!hasApt) throw new ScriptError(elsewhere(missing));
  if (uid !== 0) {
    throw new ScriptError(
      `not root, so these packages cannot be installed: ${names.join(' ')}\n` +
        `run it with sudo, or: sudo apt-get install ${names.join(' ')}`,
      Status.noPermission,
    );
  }
  if (isEmpty(lists)) await aptGet(run, ['update']);
  const install = ['install', '-y', '--no-install-recommends', ...names];
  const tried = await aptGet(run, install, { mayFail: true });
  if (!tried) {
    // Lists that are older than the mirror name packages that are gone.
    await aptGet(run, ['update']);
    await aptGet(run, install);
  }
  const still = find(purposes);
  if (still.length > 0) {
    throw new ScriptError(`apt-get installed ${names.join(' ')}, yet there is still no ${still.map(label).join(', ')}`);
  }
}

/** @param {Need} need */
function label({ program, file }) {
  return program ?? file ?? '';
}

/** @param {readonly Need[]} missing */
function elsewhere(missing) {
  const ways = families.map((family, i) => `  ${family}: ${installCommands[i]} ${packageNames(missing, i).join(' ')}`);
  return (
    `not found: ${missing.map(label).join(', ')}\n` +
    `there is no apt-get here, so please install them yourself:\n${ways.join('\n')}`
  );
}

/** @param {string} lists */
function isEmpty(lists) {
  try {
    return !readdirSync(lists).some((name) => name.includes('_Packages'));
  } catch {
    return true;
  }
}

/**
 * @param {Run} run
 * @param {readonly string[]} args
 * @param {{ mayFail?: boolean }} [options]
 * @returns {Promise<boolean>} whether it succeeded
 */
async function aptGet(run, args, { mayFail = false } = {}) {
  const what = args[0] === 'update' ? 'reading the package lists' : 'installing what is missing';
  say(`${what}: apt-get ${args.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, output } = await run('apt-get', args, { env, stdio: 'capture' });
  if (status === 0) return true;
  if (mayFail) return false;
  throw new ScriptError(`apt-get ${args[0]} failed with status ${status}:\n${output.trim()}`);
}

/** Refuses headers of a libbpf that is too old for the shim. */
export function checkLibbpf(version = oldLibbpf()) {
  if (!version) return;
  throw new ScriptError(
    `libbpf ${version} is too old to build with: 1.0 is needed (Debian 12, Ubuntu 24.04, Fedora 38 or newer)`,
  );
}
