import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { BareRoot } from './bare.ts';
import { causeExec, finished, home, installedRoot } from './installed.ts';
import { running } from './nodes.ts';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-app-'));
let root: BareRoot;

beforeAll(async () => {
  root = await installedRoot(running);
});

afterAll(() => {
  root?.[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('a program compiles against the types of the package, and runs with it', async () => {
  const installed = join(folder, 'node_modules/ebpf-kit');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', inject('tarball'), '-C', installed, '--strip-components=1']);
  symlinkSync(join(modules, '@types'), join(folder, 'node_modules/@types'));
  cpSync(fileURLToPath(new URL('app', import.meta.url)), folder, { recursive: true });
  const compiler = spawnSync(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', folder], {
    encoding: 'utf8',
  });
  expect(compiler).toMatchObject({ status: 0, stdout: '' });

  mkdirSync(join(root.folder, 'app/node_modules'), { recursive: true });
  symlinkSync(home, join(root.folder, 'app/node_modules/ebpf-kit'));
  cpSync(join(folder, 'main.mjs'), join(root.folder, 'app/main.mjs'));
  const mark = `seen-by-library-${process.pid}`;
  const tracer = root.start(['node', '/app/main.mjs', mark], ['ignore', 'pipe', 'pipe']);
  const done = finished(tracer);
  const pid = await causeExec(tracer.stdout as Readable, done, mark);
  const { stdout, stderr, status } = await done;
  expect(stdout.split('\n')).toEqual(['ready', JSON.stringify({ pid, args: ['/bin/true', mark] }), '']);
  expect(status, stderr).toBe(0);
});
