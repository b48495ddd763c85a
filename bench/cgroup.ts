import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { mountPoint } from '../src/host/mounts.ts';
import { keepFile } from './kept-file.ts';

/** A cgroup of the benchmark, directly below the root. */
export interface Cgroup extends AsyncDisposable {
  readonly path: string;
  /** Moves a process into it, with all its threads. @throws the system's error */
  add(pid: number): void;
  /** Processor time of all that has run in it so far, µs. */
  cpu(): number;
}

/** The kernel refuses to remove one while a process is still being taken down: so often it is asked, and then, ms. */
const [TRIES, REST] = [100, 20];
let count = 0;
const open = new Set<string>();

/** @throws Error when there is no cgroup v2 */
export function openCgroup(): Cgroup {
  const root = mountPoint('cgroup2');
  if (!root) throw new Error('cgroup v2 is not mounted: processor time is measured with it');
  const path = `${root}/ebpf-kit-bench-${process.pid}-${count++}`;
  mkdirSync(path);
  open.add(path);
  const stat = keepFile(`${path}/cpu.stat`);
  return {
    path,
    add: (pid) => writeFileSync(`${path}/cgroup.procs`, `${pid}`),
    cpu: () => Number(/^usage_usec (\d+)/.exec(stat.read())?.[1]),
    async [Symbol.asyncDispose]() {
      stat.close();
      for (let tries = 1; tries < TRIES && !remove(path); tries++) await setTimeout(REST);
    },
  };
}

function remove(path: string): boolean {
  try {
    rmdirSync(path);
    return open.delete(path);
  } catch {
    return false;
  }
}

/** Before this process ends, when what was in them is being taken down. */
export function removeCgroups(): void {
  const rest = new Int32Array(new SharedArrayBuffer(4));
  // each is asked every time: one that stays must not keep the others
  const left = () => [...open].filter((path) => !remove(path)).length;
  for (let tries = 1; tries < TRIES && left() > 0; tries++) Atomics.wait(rest, 0, 0, REST);
}
