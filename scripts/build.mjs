// Builds what is stale: BPF objects and the shim, then src/gen from the objects, then JavaScript.
// --force: everything; --objects: only what clang and gcc make.
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundles } from './lib/bundles.mjs';
import { compileBpf, compileFlood, compileHold, compileShim } from './lib/compile.mjs';
import { root, run, runMain, ScriptError, Status, say } from './lib/run.mjs';
import { BuildLog, filesIn } from './lib/stale.mjs';

/** Sources of BPF programs, their objects, and the TypeScript that is generated from these. */
export const objectFolders = [
  { from: 'bpf', to: 'dist/bpf', types: 'src/gen' },
  { from: 'test/bpf', to: 'dist/test/bpf', types: 'test/gen' },
];

/** @param {{ force?: boolean, objectsOnly?: boolean }} [options] */
export async function build({ force = false, objectsOnly = false } = {}) {
  const logFile = join(root, 'dist/.build/log.json');
  try {
    if (force) rmSync(logFile, { force: true });
    const log = new BuildLog(logFile);
    await buildObjects(log);
    if (objectsOnly) return;
    await generate(log);
    await compileTypeScript(log);
  } catch (error) {
    if (isWritable('dist/.build') && isWritable('src/gen')) throw error;
    throw new ScriptError(
      'dist/ and src/gen/ cannot be written: who built before? sudo chown -R "$USER" .',
      Status.noPermission,
    );
  }
}

/** @param {string} folder relative to the root */
function isWritable(folder) {
  try {
    accessSync(join(root, folder), constants.W_OK);
    return true;
  } catch {
    return !existsSync(join(root, folder));
  }
}

/** @param {BuildLog} log */
async function buildObjects(log) {
  const jobs = [
    () => compileShim(log, 'dist/native/libebpf-kit.so'),
    () => compileHold(log, 'dist/native/hold'),
    () => compileFlood(log, 'dist/test/flood'),
  ];
  for (const { from, to } of objectFolders) {
    const sources = filesIn(from, /\.bpf\.c$/);
    for (const source of sources) jobs.push(() => compileBpf(log, source, to));
    removeOrphans(filesIn(to, /\.bpf\.o$/), (object) =>
      existsSync(join(root, from, basename(object).replace(/o$/, 'c'))),
    );
  }
  await allTwoAtATime(jobs);
}

/** @param {BuildLog} log */
async function generate(log) {
  for (const { to, types } of objectFolders) {
    const command = ['node_modules/tsx/dist/cli.mjs', 'scripts/generate.ts', '--objects', to, '--out', types];
    const inputs = () => [
      ...filesIn(to, /\.bpf\.o$/),
      ...['src/btf', 'src/tools', types].flatMap((folder) => filesIn(folder, /\.ts$/, { deep: true })),
      'scripts/generate.ts',
    ];
    if (log.isFresh(types, command, inputs())) continue;
    say(`generating ${types} from ${to}`);
    await node(command);
    log.record(types, command, inputs());
  }
}

/**
 * JavaScript in few files, because each one that Node loads at start costs about 0.3 ms; and the types of the library.
 * @param {BuildLog} log
 */
async function compileTypeScript(log) {
  const types = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
  const inputs = [
    ...filesIn('src', /\.ts$/, { deep: true }),
    ...[
      'bin/compiled.js',
      'scripts/lib/code-cache.mjs',
      'tsconfig.json',
      'tsconfig.build.json',
      'package.json',
      'node_modules/.package-lock.json',
    ],
  ];
  // The code cache is good for one version of V8.
  const identity = [...types, JSON.stringify(bundles), process.versions.v8];
  if (log.isFresh('dist/cli.cjs', identity, inputs)) return;
  say('compiling src/ to dist/');
  rmSync(join(root, 'dist/types'), { recursive: true, force: true });
  await node(types);
  const esbuild = await import('esbuild');
  const results = await Promise.all(bundles.map((options) => esbuild.build({ ...options, absWorkingDir: root })));
  const outputs = results.flatMap(({ metafile }) => Object.keys(metafile.outputs));
  for (const file of filesIn('dist', /\.c?js$/)) if (!outputs.includes(file)) rmSync(join(root, file));
  await node(['scripts/lib/code-cache.mjs'], 'capture');
  log.record('dist/cli.cjs', identity, inputs);
}

/**
 * @param {readonly string[]} command
 * @param {'stderr' | 'capture'} [stdio]
 */
async function node(command, stdio) {
  const { status } = await run(process.execPath, command, { stdio });
  if (status !== 0) throw new ScriptError(`${command.join(' ')} failed with status ${status}`);
}

/**
 * Removes what was built from a source that is gone.
 * @param {readonly string[]} outputs
 * @param {(output: string) => boolean} hasSource
 */
function removeOrphans(outputs, hasSource) {
  for (const output of outputs) if (!hasSource(output)) rmSync(join(root, output));
}

/**
 * Runs every job, also after one has failed, so that one build shows all errors.
 * @param {(() => Promise<void>)[]} jobs
 */
async function allTwoAtATime(jobs) {
  const waiting = [...jobs];
  /** @type {unknown[]} */
  const errors = [];
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await job().catch((error) => errors.push(error));
  };
  await Promise.all([worker(), worker()]);
  if (errors.length > 0) throw errors[0];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const has = (/** @type {string} */ flag) => process.argv.includes(flag);
  await runMain(() => build({ force: has('--force'), objectsOnly: has('--objects') }));
}
