import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Capture, capture } from './capture.ts';

/** The longest that one thing may take, ms; a tenth is plenty, but an emulated machine is ten times slower. */
export const PATIENCE = 120_000;

/** What must come at once comes within this, ms; usually in a tenth of it. */
export const PROMPT = 2000;

export const command = fileURLToPath(new URL('../../../bin/ebpf-kit.js', import.meta.url));

export interface StartOptions {
  /** Words before the command: `setpriv --reuid=65534`. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output, if it is not to be read here. */
  readonly stdout?: number;
  /** The same for descriptor 3. */
  readonly third?: number;
  /** Another copy of the command. */
  readonly command?: string;
}

/** How a command has ended. */
export interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
  /** From its start, or the signal that was sent, to its end, ms. */
  readonly took: number;
}

/** A command that runs. */
export interface Tool {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly stdout: Capture;
  readonly stderr: Capture;
  /** Everything is attached. @throws Error with its standard error when it ends before */
  readonly ready: Promise<void>;
  readonly end: Promise<End>;
  stop(signal?: NodeJS.Signals): Promise<End>;
}

/** Starts the command as a user does; with --ready-fd, descriptor 3 is the one to name. It dies with the test. */
export function start(args: readonly string[], options: StartOptions = {}): Tool {
  const { under = [], env, stdout = 'pipe', third = 'pipe' } = options;
  const [program, ...words] = [...under, process.execPath, options.command ?? command, ...args];
  let since = performance.now();
  const child = spawn(program, words, {
    stdio: ['ignore', stdout, 'pipe', third],
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const out = capture(child.stdout ?? Readable.from([]));
  const err = capture(child.stderr as Readable);
  const end = collect(child, out, err, () => performance.now() - since);
  return {
    pid: child.pid ?? 0,
    process: child,
    stdout: out,
    stderr: err,
    ready: readiness(capture((child.stdio[3] as Readable | null) ?? Readable.from([])), end),
    end,
    stop(signal = 'SIGINT') {
      since = performance.now();
      child.kill(signal);
      return end;
    },
  };
}

/** Runs a command to its end. */
export function run(args: readonly string[], options?: StartOptions): Promise<End> {
  return start(args, options).end;
}

async function collect(child: ChildProcess, out: Capture, err: Capture, elapsed: () => number): Promise<End> {
  const took = once(child, 'exit').then(elapsed);
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const [bytes, errors, [status, signal]] = await Promise.all([out.whole, err.whole, closed]);
  return { status, signal, bytes, stdout: bytes.toString(), stderr: errors.toString(), took: await took };
}

function readiness(word: Capture, end: Promise<End>): Promise<void> {
  const ready = word.until('ready\n').catch(async () => {
    const { status, signal, stderr } = await end;
    throw new Error(`it ended with ${status ?? signal} before it was ready: ${stderr}`);
  });
  ready.catch(() => undefined);
  return ready;
}
