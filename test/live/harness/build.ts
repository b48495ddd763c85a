import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A program of the tests' own, compiled once for each state of its source. It is static: it also runs in a bare chroot.
 * @param name of the program, and of the folder beside this file that its source is in
 * @returns its path
 */
export function testProgram(name: string): string {
  const folder = fileURLToPath(new URL(`${name}/`, import.meta.url));
  const built = fileURLToPath(new URL(`../../../dist/test/${name}/`, import.meta.url));
  const files = readdirSync(folder).sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(folder + file));
  const home = `${built}${hash.digest('hex').slice(0, 16)}`;
  const program = `${home}/${name}`;
  if (existsSync(program)) return program;
  mkdirSync(home, { recursive: true });
  const sources = files.filter((file) => file.endsWith('.c')).map((file) => folder + file);
  const draft = `${program}.${process.pid}`;
  execFileSync('gcc', ['-static', '-O2', '-Wall', '-Wextra', '-Werror', '-o', draft, ...sources]);
  renameSync(draft, program);
  return program;
}

/** The stage's program. */
export const stageFile = (): string => testProgram('stage');
