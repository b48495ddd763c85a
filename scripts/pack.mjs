// Before `npm pack`: brings everything into dist that the package needs where there is no compiler and no libbpf.
// --undo, after it: takes the additions out again, so that development goes on with the system's libraries.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { build } from './build.mjs';
import { root, run, runMain, ScriptError, say } from './lib/run.mjs';
import { filesIn } from './lib/stale.mjs';
import { setup } from './setup.mjs';

const shim = 'dist/native/libebpf-kit.so';
const licenses = join(root, 'dist/native/licenses');

/** These packages do not say what of them is needed at run time: npm would pack sources, build trees and tests. */
const neededFiles = {
  '@2060.io/ffi-napi': ['lib', 'build/Release/ffi_bindings.node', 'deps/libffi/LICENSE'],
  '@2060.io/ref-napi': ['lib', 'build/Release/binding.node'],
};

/** glibc is the user's own: the loader, Node and the libraries have to agree on one. */
const glibc = /^(ld-linux.*|linux-vdso|lib(c|m|dl|rt|pthread))\.so/;

await runMain(async () => {
  removeLibraries();
  for (const [name, files] of Object.entries(neededFiles)) declareFiles(name, files, process.argv.includes('--undo'));
  if (process.argv.includes('--undo')) return;
  checkBundle();
  await setup();
  await build();
  await addLibraries();
});

/** `npm install NAME` turns `"bundleDependencies": true` into a list that lacks NAME. */
function checkBundle() {
  const { bundleDependencies, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const left =
    bundleDependencies === true ? [] : Object.keys(dependencies).filter((x) => !bundleDependencies.includes(x));
  if (left.length > 0)
    throw new ScriptError(`"bundleDependencies" in package.json lacks ${left.join(', ')}: write true`);
}

async function addLibraries() {
  const { status, output } = await run('ldd', [shim], { stdio: 'capture' });
  if (status !== 0 || output.includes('not found')) throw new ScriptError(`ldd ${shim} failed:\n${output}`);
  mkdirSync(licenses, { recursive: true });
  for (const [, name, path] of output.matchAll(/^\s*(\S+) => (\/\S+)/gm)) {
    if (glibc.test(name)) continue;
    say(`packing ${path}`);
    copyFileSync(path, join(root, 'dist/native', name));
    await addLicense(name, path);
  }
}

/**
 * Who passes a library on has to pass its licence on, too, and to say where its source is.
 * @param {string} name
 * @param {string} path
 */
async function addLicense(name, path) {
  const { output } = await run('dpkg-query', ['--search', `*/${basename(realpathSync(path))}`], { stdio: 'capture' });
  const owner = output.split(':')[0];
  const copyright = `/usr/share/doc/${owner}/copyright`;
  if (!existsSync(copyright))
    throw new ScriptError(`no licence found for ${path}: ${copyright} is missing (packing needs Debian or Ubuntu)`);
  const status = (await run('dpkg-query', ['--status', owner], { stdio: 'capture' })).output;
  const version = /^Version: (.*)/m.exec(status)?.[1];
  const source = /^Source: (\S+)/m.exec(status)?.[1] ?? owner;
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const head = `${name}: unchanged from ${system}, source package ${source}, version ${version}\n\n`;
  writeFileSync(join(licenses, `${name}.txt`), head + readFileSync(copyright, 'utf8'));
}

function removeLibraries() {
  for (const file of filesIn('dist/native', /\.so/)) if (file !== shim) rmSync(join(root, file));
  rmSync(licenses, { recursive: true, force: true });
}

/**
 * Adds a `files` field to an installed package's package.json, which npm respects when it bundles it; or removes it.
 * @param {string} name
 * @param {readonly string[]} files
 * @param {boolean} undo
 */
function declareFiles(name, files, undo) {
  const manifest = join(root, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) return;
  const line = `\n  "files": ${JSON.stringify(files)},`;
  const plain = readFileSync(manifest, 'utf8').replace(line, '');
  writeFileSync(`${manifest}.next`, undo ? plain : plain.replace('{', `{${line}`));
  renameSync(`${manifest}.next`, manifest);
}
