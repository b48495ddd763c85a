import { readFileSync, statSync } from 'node:fs';

/** Facts that a test compares with, found out without the code under test. */

/** Where cgroup v2 is mounted. */
export function cgroupRoot(): string {
  const mount = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((line) => / - cgroup2 /.test(line));
  if (!mount) throw new Error('cgroup v2 is not mounted');
  return mount.split(' ')[4];
}

/** Path of the cgroup v2 that a process is in. */
export function cgroupOf(pid: number): string {
  const [, path] = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8')) ?? [];
  return path;
}

/** What BPF calls a cgroup's id. */
export function cgroupId(path: string): string {
  return `${statSync(cgroupRoot() + path, { bigint: true }).ino}`;
}

/** Wall-clock milliseconds of a time in --json; checks its form. */
export function millis(time: unknown): number {
  const [, second, micros] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/.exec(String(time)) ?? [];
  return Date.parse(`${second}Z`) + Number(micros) / 1000;
}
