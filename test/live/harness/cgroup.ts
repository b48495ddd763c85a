import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { onTestFinished, vi } from 'vitest';
import { cgroupRoot } from './facts.ts';

let made = 0;

/**
 * Makes a cgroup, and one for each name below it, which go with the test.
 * @param names of cgroups inside of each other
 */
export function testCgroup(...names: readonly string[]): { readonly path: string; readonly directory: string } {
  const root = cgroupRoot();
  const paths = [`/ebpf-kit-test-${process.pid}-${made++}`];
  for (const name of names) paths.push(`${paths[paths.length - 1]}/${name}`);
  const directories = paths.map((path) => root + path);
  onTestFinished(() => vi.waitFor(() => remove(directories), { timeout: 10_000, interval: 20 }));
  for (const directory of directories) mkdirSync(directory);
  return { path: paths[paths.length - 1], directory: directories[directories.length - 1] };
}

/** The kernel refuses as long as a process that has ended is still being taken down. */
function remove(directories: readonly string[]): void {
  for (const directory of directories.toReversed()) if (existsSync(directory)) rmdirSync(directory);
}
