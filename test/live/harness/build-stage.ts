import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('stage/', import.meta.url));
const built = fileURLToPath(new URL('../../../dist/test/stage/', import.meta.url));

/** The stage's program, compiled once for each state of its source. It is static: it also runs in a bare chroot. */
export function stageFile(): string {
  const names = readdirSync(folder).sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(readFileSync(folder + name));
  const home = `${built}${hash.digest('hex').slice(0, 16)}`;
  const file = `${home}/stage`;
  if (existsSync(file)) return file;
  mkdirSync(home, { recursive: true });
  const sources = names.filter((name) => name.endsWith('.c')).map((name) => folder + name);
  const draft = `${file}.${process.pid}`;
  execFileSync('gcc', ['-static', '-O2', '-Wall', '-Wextra', '-Werror', '-o', draft, ...sources]);
  renameSync(draft, file);
  return file;
}
