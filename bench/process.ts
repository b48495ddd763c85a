import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { openCgroup, removeCgroups } from './cgroup.ts';
import { keepFile } from './kept-file.ts';

/** The longest that anything is waited for, ms: a tool that never prints must not hold up the others. */
export const PATIENCE = 30_000;
/** How long a tool that was asked to end may take, ms. */
const LAST_WORDS = 15_000;
/**
 * A tool that uses less processor time than this, µs, in such an interval has read all there was. On a machine that is
 * never quiet it is not waited for longer than the limit.
 */
const QUIET = { ms: 200, cpu: 500, limit: 5000 };

/** Does not wait long for a machine that is not quiet. */
export function hurry(): void {
  QUIET.ms = 50;
  QUIET.limit = 500;
}

/** A tool that runs. */
export interface Running extends AsyncDisposable {
  readonly process: ChildProcess;
  /** An error with the last line of its standard error. */
  failure(what: string): Error;
  /** Settles when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Processor time of all its threads since it was started, µs. */
  cpu(): number;
  /** Waits until it has nothing more to do. @throws Error when it has ended meanwhile */
  quiet(): Promise<void>;
  /** How often one of its threads has begun to wait so far: as often as it is woken. */
  waits(): number;
  /** The memory that it has, and the most that it has had so far; bytes. */
  memory(): number;
  peakMemory(): number;
  /** Ends it as Ctrl-C does, and waits for that. @throws Error when it does not end */
  stop(): Promise<void>;
}

/** Process ids of those that must not outlive this process. */
export const endWithUs = new Set<number>();
process.on('exit', () => {
  for (const pid of endWithUs) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended
    }
  }
  removeCgroups();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

/** @param stdout a descriptor, or a pipe to read here */
export function start(command: readonly string[], stdout: number | 'pipe'): Running {
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', stdout, 'pipe'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const failure = (what: string) => {
    const reason = said.trim().split('\n').at(-1) || 'without a word';
    return new Error(`${command.join(' ')} ${what}: ${reason}`);
  };
  const pid = child.pid ?? 0;
  if (pid) endWithUs.add(pid);
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve()).once('close', () => resolve());
  });
  child.once('exit', () => endWithUs.delete(pid));
  const cgroup = openCgroup();
  if (pid) cgroup.add(pid);
  const { cpu } = cgroup;
  const stop = async () => {
    child.kill('SIGINT');
    const inTime = await Promise.race([ended.then(() => true), setTimeout(LAST_WORDS, false, { ref: false })]);
    if (inTime) return;
    child.kill('SIGKILL');
    await ended;
    throw failure('did not end after SIGINT');
  };
  return {
    process: child,
    failure,
    ended,
    cpu,
    async quiet() {
      if (child.exitCode !== null) throw failure('has ended');
      const state = keepFile(`/proc/${pid}/stat`);
      // on a machine with more to do than processors, one that does nothing may only not have its turn
      const busy = (last: number) => cpu() - last > QUIET.cpu || / R /.test(state.read());
      const deadline = performance.now() + QUIET.limit;
      try {
        for (let last = -Infinity; performance.now() < deadline && busy(last); ) {
          last = cpu();
          await setTimeout(QUIET.ms);
          if (child.exitCode !== null) throw failure('has ended');
        }
      } finally {
        state.close();
      }
    },
    waits: () => ofThreads(pid, 'status', (text) => numberOf('voluntary_ctxt_switches', text)),
    memory: () => numberOf('VmRSS', readFileSync(`/proc/${pid}/status`, 'utf8')) * 1024,
    peakMemory: () => numberOf('VmHWM', readFileSync(`/proc/${pid}/status`, 'utf8')) * 1024,
    stop,
    async [Symbol.asyncDispose]() {
      await (endWithUs.has(pid) ? stop().catch(() => undefined) : ended);
      await cgroup[Symbol.asyncDispose]();
    },
  };
}

/** Summed over all threads. */
function ofThreads(pid: number, file: string, number: (text: string) => number): number {
  const tasks = `/proc/${pid}/task`;
  const numbers = readdirSync(tasks).map((tid) => number(readFileSync(`${tasks}/${tid}/${file}`, 'utf8')));
  return numbers.reduce((sum, each) => sum + each, 0);
}

function numberOf(key: string, text: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
}
