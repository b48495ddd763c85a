import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findProgram } from './needs.mjs';
import { root, run, ScriptError, say } from './run.mjs';
import { filesIn, stamp } from './stale.mjs';

/** @typedef {import('./stale.mjs').BuildLog} BuildLog */

/** @typedef {{ name: string, headers: string }} Machine name in __TARGET_ARCH_*, headers that differ by machine */

/** @type {Record<string, Machine>} */
const machines = {
  // Debian keeps asm/types.h in these folders; clang does not look there for its BPF target.
  x64: { name: 'x86', headers: '/usr/include/x86_64-linux-gnu' },
  arm64: { name: 'arm64', headers: '/usr/include/aarch64-linux-gnu' },
};

const warnings = ['-Wall', '-Wextra', '-Werror'];

/** @returns {string[]} */
function bpfCommand() {
  const machine = machines[process.arch];
  if (!machine) throw new ScriptError(`the BPF programs are for x86-64 and arm64: this is ${process.arch}`);
  return [
    ...['clang', '-g', '-O2', '-target', 'bpf', '-mcpu=v2', `-D__TARGET_ARCH_${machine.name}`],
    // A struct's fields as those of another one: `struct endpoints;`
    ...['-fms-extensions', '-Wno-microsoft-anon-tag'],
    ...[...warnings, '-Wno-unused-parameter', '-Ibpf/include', '-idirafter', machine.headers],
    // BTF carries the paths of the sources: the object is to be the same wherever the tree lies.
    `-fdebug-prefix-map=${root}=.`,
  ];
}

const shimCommand = [
  ...['gcc', '-O2', '-fPIC', '-fvisibility=hidden', ...warnings, '-shared', '-pthread', '-Wl,-z,defs'],
  // RPATH and not RUNPATH: it also counts for what libbpf needs, so the libraries packed beside the shim find each other.
  '-Wl,--disable-new-dtags,-rpath,$ORIGIN',
];

/**
 * Compiles one BPF program if it is stale.
 * @param {BuildLog} log
 * @param {string} source relative to the root
 * @param {string} folder of the object, relative to the root
 */
export async function compileBpf(log, source, folder) {
  const target = join(folder, basename(source).replace(/c$/, 'o'));
  const command = bpfCommand();
  const identity = [...command, compilerStamp('clang')];
  if (log.isFresh(target, identity)) return;
  say(`compiling ${source}`);
  await replace(target, async (next) => {
    const depends = `${next}.d`;
    await compiler([...command, '-MD', '-MF', depends, '-c', source, '-o', next]);
    // Drops DWARF, keeps BTF.
    await compiler(['llvm-strip', '-g', next]);
    log.record(target, identity, readDepends(depends));
    rmSync(depends);
  });
}

const withLibbpf = { libraries: ['-lbpf'], headers: ['/usr/include/bpf/libbpf.h'] };

/**
 * Compiles the shim if it is stale.
 * @param {BuildLog} log
 * @param {string} target relative to the root
 */
export const compileShim = (log, target) =>
  compileNative(log, target, 'native', { command: shimCommand, ...withLibbpf });

/**
 * Compiles the program that holds a command until it is traced, if it is stale.
 * @param {BuildLog} log
 * @param {string} target relative to the root
 */
export const compileHold = (log, target) =>
  compileNative(log, target, 'native/hold', { command: ['gcc', '-O2', ...warnings], libraries: [], headers: [] });

/**
 * Compiles the sender of the benchmark's floods, if it is stale.
 * @param {BuildLog} log
 * @param {string} target relative to the root
 */
export const compileFlood = (log, target) =>
  compileNative(log, target, 'bench/flood', { command: ['gcc', '-O2', ...warnings], ...withLibbpf });

/**
 * @param {BuildLog} log
 * @param {string} target relative to the root
 * @param {string} folder of the sources, all of which it takes
 * @param {{ command: readonly string[], libraries: readonly string[], headers: readonly string[] }} how
 */
async function compileNative(log, target, folder, { command, libraries, headers }) {
  const sources = filesIn(folder, /\.c$/);
  const inputs = [...sources, ...filesIn(folder, /\.h$/), ...headers];
  const identity = [...command, compilerStamp('gcc')];
  if (log.isFresh(target, identity, inputs)) return;
  say(`compiling ${folder}/ to ${target}`);
  await replace(target, (next) => compiler([...command, '-o', next, ...sources, ...libraries]));
  log.record(target, identity, inputs);
}

/**
 * Makes a file under another name, then moves it in place: nobody sees half of it.
 * @param {string} target relative to the root
 * @param {(next: string) => Promise<void>} make
 */
async function replace(target, make) {
  const next = join(root, `${target}.${process.pid}`);
  mkdirSync(dirname(next), { recursive: true });
  try {
    await make(next);
    renameSync(next, join(root, target));
  } finally {
    rmSync(next, { force: true });
  }
}

/** @param {readonly string[]} command */
async function compiler([program, ...args]) {
  const { status } = await run(program, args);
  if (status !== 0) throw new ScriptError(`${program} failed with status ${status}`);
}

/**
 * @param {string} program
 * @returns {string} changes with the compiler's version
 */
function compilerStamp(program) {
  const file = findProgram(program);
  return file ? stamp(realpathSync(file)) : '';
}

/**
 * @param {string} file a rule for make, as compilers write it
 * @returns {string[]} its prerequisites
 */
function readDepends(file) {
  const rule = readFileSync(file, 'utf8').replaceAll('\\\n', ' ');
  return rule
    .slice(rule.indexOf(': ') + 2)
    .split(/(?<!\\)\s+/)
    .filter(Boolean)
    .map((name) => name.replaceAll('\\ ', ' '));
}
