import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { onTestFinished, vi } from 'vitest';
import { cgroupRoot } from './facts.ts';
import { PATIENCE } from './tool.ts';

let made = 0;

/** A cgroup of version 2. */
export interface TestCgroup {
  /** Below the root of the hierarchy. */
  readonly path: string;
  readonly directory: string;
}

/**
 * Makes a cgroup, and others inside of each other below it, which go with the test.
 * @param names of those below
 * @returns them all, the outermost first
 */
export function testCgroup(...names: readonly string[]): TestCgroup[] {
  const root = cgroupRoot();
  const paths = [`/ebpf-kit-test-${process.pid}-${made++}`];
  for (const name of names) paths.push(`${paths[paths.length - 1]}/${name}`);
  const cgroups = paths.map((path) => ({ path, directory: root + path }));
  const directories = cgroups.map(({ directory }) => directory);
  onTestFinished(() => vi.waitFor(() => remove(directories), { timeout: PATIENCE, interval: 20 }));
  for (const directory of directories) mkdirSync(directory);
  return cgroups;
}

/** The kernel refuses as long as a process that has ended is still being taken down. */
function remove(directories: readonly string[]): void {
  for (const directory of directories.toReversed()) if (existsSync(directory)) rmdirSync(directory);
}
