import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed package. */
    tarball: string;
  }
}

/** Packs once for all tests. */
export default function setup(project: TestProject): () => void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-pack-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const pack = ['pack', '--json', '--pack-destination', folder];
    const json = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' });
    project.provide('tarball', join(folder, JSON.parse(json)[0].filename));
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}
