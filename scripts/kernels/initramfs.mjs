import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run, ScriptError } from '../lib/run.mjs';

/** @typedef {import('./archive.mjs').Kernel} Kernel */

const busybox = '/bin/busybox';
/** What stands between a bare kernel and the host's files. */
const needed = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];

/** What no test needs, and would take memory. */
const leftOut = ['.cache', '.git', 'node_modules/@biomejs', 'node_modules/@typescript', 'node_modules/typescript'];

/**
 * Makes the first root of a test machine: busybox, the modules that mount the real root, and init.sh. Also a copy of
 * the project and of Node.js: from memory a tool starts in half the time that it takes through the share.
 * @param {Kernel} kernel
 * @param {string} file to be written
 */
export async function makeInitramfs(kernel, file) {
  if (readFileSync(busybox).includes('/ld-linux')) {
    throw new ScriptError(`${busybox} is not static: apt-get install busybox-static`);
  }
  const tree = `${file}.tree`;
  rmSync(tree, { recursive: true, force: true });
  for (const name of ['bin', 'dev', 'host', 'layer', 'modules', 'proc', 'project', 'root']) {
    mkdirSync(join(tree, name), { recursive: true });
  }
  copyFileSync(busybox, join(tree, 'busybox'));
  copyFileSync(fileURLToPath(new URL('init.sh', import.meta.url)), join(tree, 'init'));
  const modules = join(kernel.folder, 'lib/modules', kernel.release);
  const order = loadOrder(readFileSync(join(modules, 'modules.dep'), 'utf8'), needed);
  for (const module of order) copyFileSync(join(modules, module), join(tree, 'modules', basename(module)));
  writeFileSync(join(tree, 'modules/order'), order.map((module) => basename(module).replace(/\.xz$/, '')).join('\n'));
  cpSync(realpathSync(process.execPath), join(tree, 'node'));
  for (const entry of readdirSync(root)) {
    const filter = (/** @type {string} */ source) => !leftOut.includes(source.slice(root.length + 1));
    cpSync(join(root, entry), join(tree, 'project', entry), { recursive: true, filter, verbatimSymlinks: true });
  }
  writeFileSync(join(tree, 'paths'), `${root}\n${realpathSync(process.execPath)}\n`);
  const script =
    'cd "$0" && chmod +x init && { xz -d modules/*.xz 2>&- || true; } && find . | "$1" cpio -o -H newc >"$2"';
  const { status, output } = await run('sh', ['-c', script, tree, busybox, file], { stdio: 'capture' });
  if (status !== 0) throw new ScriptError(`packing the initramfs failed with status ${status}:\n${output.trim()}`);
  rmSync(tree, { recursive: true });
}

/**
 * @param {string} dependencies text of modules.dep
 * @param {readonly string[]} names of modules; what is built into the kernel does not count
 * @returns {string[]} their files and those that they need, each after what it needs itself
 */
export function loadOrder(dependencies, names) {
  /** @type {Map<string, { file: string, needs: string[] }>} */
  const known = new Map();
  const nameOf = (/** @type {string} */ file) =>
    basename(file)
      .replace(/\.ko.*/, '')
      .replaceAll('-', '_');
  for (const [, file, needs] of dependencies.matchAll(/^(\S+):(.*)$/gm)) {
    known.set(nameOf(file), { file, needs: needs.split(' ').filter(Boolean).map(nameOf) });
  }
  /** @type {Set<string>} */
  const order = new Set();
  const add = (/** @type {string} */ name) => {
    const module = known.get(name);
    if (!module || order.has(module.file)) return;
    for (const need of module.needs) add(need);
    order.add(module.file);
  };
  for (const name of names) add(name);
  return [...order];
}
