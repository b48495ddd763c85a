// Kernels from Debian's archive: through apt, but with lists, sources and state of our own.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, ScriptError, say } from '../lib/run.mjs';

/**
 * A kernel in the cache: `release` as uname tells it, `version` of its package, `folder` with vmlinuz and lib/modules.
 * @typedef {{ name: string, release: string, version: string, folder: string }} Kernel
 */

/** The kernels to test on, and the release of Debian that has each; `must`: its absence is a failure. */
export const kernels = [
  { name: '5.10', debian: 'bullseye', must: false },
  { name: '6.1', debian: 'bookworm', must: true },
  { name: '6.12', debian: 'trixie', must: false },
];

export const cache = join(root, '.cache/kernels');
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What live tests need of the kernel's modules, and what booting needs; the rest would be most of the package. */
const moduleFolders = ['arch', 'crypto', 'drivers/char', 'drivers/net', 'drivers/virtio', 'fs', 'lib', 'net'];

/** The archive does not have the kernel (any more). */
export class Unavailable extends Error {}

/**
 * The kernel, from the cache or else from the archive.
 * @param {string} name such as 6.1
 * @returns {Promise<Kernel>}
 * @throws {Unavailable}
 */
export async function fetchKernel(name) {
  const folder = join(cache, name);
  const record = join(folder, 'kernel.json');
  try {
    return { ...JSON.parse(readFileSync(record, 'utf8')), folder };
  } catch {
    // Not there, or not whole: the record is written last.
  }
  rmSync(folder, { recursive: true, force: true });
  say(`fetching Linux ${name} from Debian's archive`);
  try {
    const facts = await fetchInto(folder, name);
    writeFileSync(record, `${JSON.stringify(facts)}\n`);
    return { ...facts, folder };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * @param {string} folder
 * @param {string} name
 */
async function fetchInto(folder, name) {
  const work = join(folder, 'fetch');
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(work, part), { recursive: true });
  const { file, version } = await download(name, work);
  await unpack(file, folder);
  const [release] = readdirSync(join(folder, 'lib/modules'));
  renameSync(join(folder, `boot/vmlinuz-${release}`), join(folder, 'vmlinuz'));
  for (const done of [work, join(folder, 'boot')]) rmSync(done, { recursive: true });
  await command('/bin/busybox', ['depmod', '-b', folder, release]);
  return { name, release, version };
}

/**
 * @param {string} name
 * @param {string} work
 */
async function download(name, work) {
  const debian = kernels.find((kernel) => kernel.name === name)?.debian;
  const from = `deb [signed-by=${keyring}] http://deb.debian.org`;
  const sources = [`${from}/debian ${debian} main`, `${from}/debian-security ${debian}-security main`];
  writeFileSync(join(work, 'sources.list'), `${sources.join('\n')}\n`);
  await apt('apt-get', ['update', '--error-on=any'], work);
  const meta = await apt('apt-cache', ['show', '--no-all-versions', 'linux-image-amd64'], work);
  const [, image, version] = /^Depends: (linux-image-\S+) \(= (\S+)\)/m.exec(meta) ?? [];
  if (!version?.startsWith(`${name}.`)) throw new Unavailable(`Debian ${debian} has no Linux ${name}`);
  await apt('apt-get', ['download', image], work);
  const file = readdirSync(work).find((entry) => entry.startsWith(`${image}_`));
  if (!file) throw new ScriptError(`apt-get download ${image} left no file`);
  return { file: join(work, file), version };
}

/**
 * @param {'apt-get' | 'apt-cache'} program
 * @param {readonly string[]} args
 * @param {string} work
 */
async function apt(program, args, work) {
  const settings = {
    'Dir::Etc::sourcelist': `${work}/sources.list`,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State': work,
    'Dir::State::Lists': `${work}/lists`,
    'Dir::State::status': '/dev/null',
    'Dir::Cache': `${work}/cache`,
    'APT::Architecture': 'amd64',
    // The user _apt need not be able to write where we work.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const { status, output } = await run(program, [...options, ...args], { cwd: work, stdio: 'capture' });
  if (status === 0) return output;
  const gone = /404 +Not Found|does not have a Release file|No packages found/.exec(output);
  if (gone) throw new Unavailable(`Debian's archive does not have it: ${gone[0]}`);
  throw new ScriptError(`${program} ${args.join(' ')} failed with status ${status}:\n${output.trim()}`);
}

/**
 * @param {string} file
 * @param {string} folder
 */
async function unpack(file, folder) {
  // Below /lib, since Debian 13 below /usr/lib.
  const wanted = ['./boot/vmlinuz-*', '*lib/modules/*/modules.*'];
  for (const part of moduleFolders) wanted.push(`*lib/modules/*/kernel/${part}`);
  const unwanted = ['ethernet', 'wireless'].map((name) => `--exclude=*/drivers/net/${name}`);
  const script = 'dpkg-deb --fsys-tarfile "$0" | tar -x --no-same-owner --transform=s,^./usr/,./, --wildcards "$@"';
  await command('bash', ['-o', 'pipefail', '-c', script, file, '-C', folder, ...unwanted, ...wanted]);
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
async function command(program, args) {
  const { status, output } = await run(program, args, { stdio: 'capture' });
  if (status !== 0) throw new ScriptError(`${program} ${args[0]} failed with status ${status}:\n${output.trim()}`);
}
