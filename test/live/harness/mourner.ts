import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { testProgram } from './build.ts';
import { linesOf, observe, observed, type Row } from './observe.ts';

/** How a child lives and ends: the words of mourner/ends.c. */
export interface Order {
  /**
   * leader: its first thread ends before another one; group: one of many threads ends them all; orphan: the child's
   * child, after the child; vfork: with its parent's memory; series: so many, as fast as it goes.
   */
  readonly how?: 'exit' | 'signal' | 'leader' | 'group' | 'orphan' | 'vfork' | 'series';
  readonly code?: number;
  readonly signal?: number;
  /** It may dump core, in `cwd`. */
  readonly core?: number;
  readonly cwd?: string;
  /** CPU time that a busy thread spends, in the kernel or not. */
  readonly ms?: number;
  readonly kernel?: number;
  /** ms that it rests. */
  readonly live?: number;
  /** Memory that it uses, and gives back, MiB. */
  readonly touch?: number;
  /** Of a group: threads that wait, and threads that are busy until they end all. Of a signal: all threads. */
  readonly threads?: number;
  readonly busy?: number;
  /** Codes of the first thread and of the last one, which ends alone. */
  readonly first?: number;
  readonly last?: number;
  readonly alone?: number;
  readonly comm?: Buffer;
  readonly uid?: number;
  /** Directory of the cgroup that it joins. */
  readonly cgroup?: string;
  readonly pidns?: number;
  /** It stays a zombie. */
  readonly unwaited?: number;
  readonly times?: number;
}

/** What wait4(2) says of a child; times in ns, of CLOCK_BOOTTIME, memory in bytes. */
export interface Death {
  readonly pid: number;
  /** Of the thread that ended last, of a `leader`. */
  readonly tid: number;
  readonly status: number;
  readonly user: number;
  readonly system: number;
  readonly maxrss: number;
  readonly born: number;
  readonly dead: number;
}

/** A process whose children end as tests want to see it, and which has no others. */
export interface Mourner extends AsyncDisposable {
  readonly pid: number;
  child(order: Order): Promise<Death>;
  close(): Promise<void>;
}

export function openMourner(): Mourner {
  const process = spawn(testProgram('mourner'), ['serve'], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = once(process, 'exit');
  const answers = createInterface(process.stdout)[Symbol.asyncIterator]();
  const close = async () => {
    process.stdin.end();
    await ended;
  };
  return {
    pid: process.pid ?? 0,
    async child({ how = 'exit', comm, cgroup, ...settings }) {
      const words = { ...settings, comm: comm?.toString('hex'), cgroup: cgroup && `${cgroup}/cgroup.procs` };
      const given = Object.entries(words).filter(([, value]) => value !== undefined);
      process.stdin.write(`${[how, ...given.map(([key, value]) => `${key}=${value}`)].join(' ')}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('the mourner has ended');
      const [pid, tid, status, user, system, maxrss, born, dead] = value.split(' ').map(Number);
      return { pid, tid, status, user, system, maxrss, born, dead };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What exitsnoop says of the mourner's children, as --json has it. */
export function exits(mourner: Mourner, args: readonly string[], cause: () => Promise<unknown>): Promise<Row[]> {
  return observed('exitsnoop', ['-P', `${mourner.pid}`, ...args], cause);
}

/** What wait4(2) says of children that end as ordered, one after the other, and what exitsnoop says meanwhile. */
export async function ends(mourner: Mourner, orders: readonly Order[], args: readonly string[] = []) {
  const deaths: Death[] = [];
  const seen = await exits(mourner, args, async () => {
    for (const order of orders) deaths.push(await mourner.child(order));
  });
  return { deaths, seen };
}

/** The same as a table: head and rows. */
export async function exitTable(mourner: Mourner, args: readonly string[], cause: () => Promise<unknown>) {
  const { stdout } = await observe('exitsnoop', ['-P', `${mourner.pid}`, ...args], cause);
  const [head, ...rows] = linesOf(stdout);
  return { head, rows };
}
