import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { testFolder } from './harness/folder.ts';
import { PATIENCE, run, start } from './harness/tool.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of the tree as git knows it, with what is built already, so that only what is new is built. */
function copyTree(): string {
  const copy = testFolder();
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of [...files, 'dist']) {
    cpSync(join(root, file), join(copy, file), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The files that the README's section spells out, in its order. */
function spelledOut(): [path: string, text: string][] {
  const [, section] = readFileSync(join(root, 'README.md'), 'utf8').split('## Write your own tool');
  return [...section.matchAll(/^`((?:bpf|src)\/\S+)`\n\n```\w+\n(.*?)^```$/gms)].map(([, path, text]) => [path, text]);
}

function build(tree: string): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: tree, stdio: ['ignore', 'pipe', 'pipe'] });
}

test('the README makes a tool of two files', { timeout: 2 * PATIENCE }, async () => {
  const tree = copyTree();
  const files = spelledOut();
  expect(files.map(([path]) => path)).toEqual(['bpf/forksnoop.bpf.c', 'src/tools/forksnoop.ts']);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
    build(tree);
  }
  const command = join(tree, 'bin/ebpf-kit.js');
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  execFileSync(process.execPath, [biome, 'check', '--vcs-enabled=false', 'src/tools/forksnoop.ts'], { cwd: tree });

  expect((await run(['list'], { command })).stdout).toMatch(/^forksnoop +processes +new processes, at fork$/m);
  expect((await run(['forksnoop', '--help'], { command })).stdout).toContain('A new thread is not a new process');
  for (const plan of ['tp_btf', 'raw_tp']) {
    const filter = `pid == ${process.pid}`;
    const args = ['forksnoop', '--json', '--filter', filter, '--max-events', '1', '--ready-fd', '3', '--plan', plan];
    const tool = start(args, { command });
    await tool.ready;
    const child = spawn('true');
    await once(child, 'exit');
    const [record] = (await tool.end).stdout.split('\n');
    expect(JSON.parse(record)).toMatchObject({ v: 1, type: 'fork', pid: process.pid, child: child.pid });
  }
});
