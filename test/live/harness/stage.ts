import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { stageFile } from './build.ts';

/** How a child of the stage is made, and what it then runs. */
export interface Request {
  /** compat: no exec at all, but a 32-bit call that has its number, and fails. */
  readonly how?: 'execve' | 'execveat' | 'fexecve' | 'compat' | OpenCall;
  /** Of an open: its path; empty with an argument: memory that cannot be read. */
  readonly file: string | Buffer;
  /** With argv[0]. */
  readonly args: readonly (string | Buffer)[];
  /** Directory of the cgroup that it joins. */
  readonly cgroup?: string;
  /** It changes its root to this; then to `cwd`, which is inside. */
  readonly root?: string;
  readonly cwd?: string;
  /** File for its standard output; /dev/null otherwise. */
  readonly out?: string;
  readonly cpu?: number;
  readonly uid?: number;
  /** With a terminal of its own. */
  readonly terminal?: boolean;
  /** Another thread than the first one calls exec. */
  readonly thread?: boolean;
  /** In a new PID namespace. */
  readonly pidns?: boolean;
  /** So many of them as fast as it goes; of programs, no other setting counts then. */
  readonly times?: number;
  /** Of opens: so many per second. */
  readonly rate?: number;
  /** Of an open; resolve is openat2's. */
  readonly flags?: number;
  readonly mode?: number;
  readonly resolve?: number;
  /** Directory whose descriptor the open is relative to, or any number for one. */
  readonly dir?: string;
  readonly dirfd?: number;
}

/**
 * A child that opens a file instead. readlink32: a 32-bit program's call with the number of creat. getppid: the
 * cheapest call there is, which opens nothing.
 */
export type OpenCall = 'open' | 'openat' | 'openat2' | 'creat' | 'readlink32' | 'getppid';

/** What became of it. */
export interface Outcome {
  readonly pid: number;
  /** Of the thread that called exec. */
  readonly tid: number;
  /** errno of the exec or open; 0: it succeeded. */
  readonly error: number;
  /** Path of its terminal. */
  readonly terminal: string;
  /** How many have run. */
  readonly started: number;
  /** What was opened; -1: nothing. */
  readonly fd: number;
}

/** A process whose children do what tests want to see, and which has no others: a tool can be told to watch just these. */
export interface Stage extends AsyncDisposable {
  readonly pid: number;
  /** Runs one program to its end. @throws Error when the child could not be made as wished */
  run(request: Request): Promise<Outcome>;
  close(): Promise<void>;
}

export function openStage(): Stage {
  const process = spawn(stageFile(), ['serve'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {},
    detached: true, // in a session of its own: without a terminal
  });
  const ended = once(process, 'exit');
  const answers = createInterface(process.stdout)[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (request: Request): Promise<Outcome> => {
    process.stdin.write(encode(request));
    const { value, done } = await answers.next();
    if (done) throw new Error('the stage has ended');
    const [pid, tid, error, status, terminal, started, fd] = value.split(' ');
    if (Number(status) !== 0 && Number(error) === 0) throw new Error(`the child ended with wait status ${status}`);
    const [child, thread, errno, ran, opened] = [pid, tid, error, started, fd].map(Number);
    return { pid: child, tid: thread, error: errno, terminal, started: ran, fd: opened };
  };
  const close = async () => {
    process.stdin.end();
    await ended;
  };
  return {
    pid: process.pid ?? 0,
    run(request) {
      const outcome = last.then(() => ask(request));
      last = outcome.catch(() => undefined);
      return outcome;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** As stage/stage.h has it. */
function encode({ file, args, terminal, cgroup, ...settings }: Request): Buffer {
  const flags = { tty: terminal ? 'own' : undefined, cgroup: cgroup && `${cgroup}/cgroup.procs` };
  const pairs = Object.entries({ ...settings, ...flags }).filter(([, value]) => value !== undefined && value !== false);
  const words = [...pairs.map(([key, value]) => `${key}=${value}`), '--', file, ...args];
  const parts = words.flatMap((word) => [Buffer.from(word as string), Buffer.of(0)]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(parts.reduce((sum, part) => sum + part.length, 0));
  return Buffer.concat([size, ...parts]);
}
