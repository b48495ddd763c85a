import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { errnoText } from '../../host/errno.ts';
import { rawEnvironment } from '../../host/raw-words.ts';
import { packageFile } from '../../root.ts';
import { UsageError } from '../errors.ts';
import { findProgram, unusable } from './find-program.ts';

/** The program's option that has the words behind `--`: no command may take them for its own. */
export const TRACED = 'traced';

/** How the help of a tool that traces commands begins. */
export const USAGE = '[options] [-- <command> [arguments]]';

/** How a command has ended: one of the two is null, as of any child of Node.js. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command that waits to be let go, and then runs with this process's standard streams. */
export interface Child extends Disposable {
  /** The command line, with the name as it was typed. */
  readonly words: readonly string[];
  readonly pid: number;
  /** Lets it go, once. @throws KitError (126, 127) when the kernel does not take it for a program */
  release(): Promise<void>;
  readonly ended: Promise<CommandEnd>;
  kill(signal: NodeJS.Signals): void;
}

/** A socket and not a pipe, as Node.js makes them: the way back is the same. */
const CONTROL = 3;

/**
 * Starts the process that is to become a command, and holds it before its first instruction. Unless it is released it
 * ends when this process does, or when it is disposed of.
 * @param words the command and its arguments
 * @param env its environment; by default this process's
 * @throws KitError (126, 127) when there is no such program
 */
export function hold(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Child {
  const [name] = words;
  if (name === undefined) throw new UsageError('there is no command behind --', 'write: -- COMMAND ARGUMENTS');
  const child = start(name, [findProgram(name, env.PATH), ...words], env);
  const control = child.stdio[CONTROL] as Duplex;
  // what cannot be written to it is told by its end
  control.on('error', () => undefined);
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    words,
    pid: child.pid ?? 0,
    ended,
    async release() {
      const errno = await answer(control);
      if (errno) throw unusable(name, errnoText(errno), -errno);
    },
    kill: (signal) => void child.kill(signal),
    [Symbol.dispose]: () => void control.destroy(),
  };
}

/** Words as hold.c takes them, which are UTF-8 whatever bytes they stand for. */
const encode = (word: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the one that begins an escape
  word.replace(/[\x01\udc80-\udcff]/gu, (char) => `\x01${(char.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`);

function start(name: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const holder = fileURLToPath(packageFile('dist/native/hold'));
  try {
    const given = Object.entries(rawEnvironment(env)).map(([key, value]) => [key, value && encode(value)]);
    const stdio = ['inherit', 'inherit', 'inherit', 'pipe'] as const;
    const child = spawn(holder, args.map(encode), { stdio: [...stdio], env: Object.fromEntries(given) });
    // told at once as well, by a missing process id
    child.once('error', () => undefined);
    if (child.pid === undefined) throw new Error(`${holder} cannot be started: run npm run build`);
    return child;
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    throw errno ? unusable(name, errnoText(errno), errno) : error;
  }
}

/** Says go. @returns the errno of the exec; 0: it has succeeded, or the process is gone */
function answer(control: Duplex): Promise<number> {
  return new Promise((resolve) => {
    const said: Buffer[] = [];
    control.on('data', (bytes: Buffer) => said.push(bytes));
    control.once('close', () => {
      const bytes = Buffer.concat(said);
      resolve(bytes.length < 4 ? 0 : bytes.readInt32LE());
    });
    control.end('.');
  });
}
