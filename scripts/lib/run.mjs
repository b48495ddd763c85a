import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The root folder of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Exit statuses of the scripts, with the meanings that they have in the command itself. */
export const Status = { ok: 0, failure: 1, usage: 2, unavailable: 69, noPermission: 77 };

/** An error that ends a script with its message alone, without a stack trace. */
export class ScriptError extends Error {
  /**
   * @param {string} message what failed and what to do about it
   * @param {number} exitCode the process's exit status
   */
  constructor(message, exitCode = Status.failure) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Says what is being done, on stderr: stdout belongs to the traced data.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`ebpf-kit: ${line}\n`);
}

/**
 * Runs a script's main function; turns its errors into a message and an exit status.
 * @param {() => Promise<number | void>} main resolves to the exit status, nothing means 0
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? Status.ok;
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}

/** @typedef {{ status: number, output: string }} Result */

/** Where stdout and stderr of a program go: as ours, both to our stderr, or into `output`. */
const stdioOf = /** @type {const} */ ({
  inherit: ['inherit', 'inherit', 'inherit'],
  stderr: ['ignore', 2, 'inherit'],
  capture: ['ignore', 'pipe', 'pipe'],
});

/**
 * Runs a program from the project's root and waits for it. A signal that asks this process to end is handed on, and
 * takes effect here only after the program has ended, so that no orphan stays behind.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: keyof typeof stdioOf }} [options] default: stderr
 * @returns {Promise<Result>} `status` as a shell reports it: 127 if there is no such program, 128 + N after signal N
 */
export function run(command, args, { cwd = root, env = process.env, stdio = 'stderr' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: [...stdioOf[stdio]] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
      });
    }
    const release = handOnSignals(child);
    child.once('error', (error) => {
      release();
      if ('code' in error && error.code === 'ENOENT') resolve({ status: 127, output: `${command}: not found` });
      else reject(error);
    });
    child.once('close', (code, signal) => {
      const asked = release();
      if (asked) process.kill(process.pid, asked);
      else resolve({ status: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], output });
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => NodeJS.Signals | undefined} stops handing on, and tells which signal came in the meantime
 */
function handOnSignals(child) {
  /** @type {NodeJS.Signals | undefined} */
  let asked;
  const handOn = (/** @type {NodeJS.Signals} */ signal) => {
    asked = signal;
    child.kill(signal);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, handOn);
  return () => {
    for (const signal of signals) process.off(signal, handOn);
    return asked;
  };
}
