import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type BareRoot, bareRoot } from './bare.ts';
import { majors, nodeBinary } from './nodes.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const home = 'usr/local/lib/node_modules/ebpf-kit';

/** What the package must do without. */
const tool = /^(clang|llvm|gcc|g\+\+|cc|c\+\+|ld|make|python|sh|bash|dash|bpftool)[-.0-9]*$|^lib(bpf|elf|z|zstd)\.so/;

async function finished(child: ChildProcess) {
  const closed = once(child, 'close');
  const read = (stream: Readable | null) => (stream ? text(stream) : '');
  const [stdout, stderr, [status]] = await Promise.all([read(child.stdout), read(child.stderr), closed]);
  return { stdout, stderr, status };
}

describe.each(majors)('installed from the tarball, on Node %i', (major) => {
  let root: BareRoot;
  const ebpfKit = (...args: string[]) => finished(root.start(['ebpf-kit', ...args]));

  beforeAll(async () => {
    root = bareRoot(nodeBinary(major), inject('tarball'));
    const install = ['install', '--global', '--ignore-scripts', '--offline', '--prefix=/usr/local', '/ebpf-kit.tgz'];
    const { stderr, status } = await finished(root.start(['node', '/npm/bin/npm-cli.js', ...install]));
    expect(status, stderr).toBe(0);
  });

  afterAll(() => root?.[Symbol.dispose]());

  test('runs on that Node', async () => {
    const { stdout } = await finished(root.start(['node', '--version']));
    expect(stdout).toMatch(new RegExp(`^v${major}\\.`));
  });

  test('has only its own libbpf in reach, and neither a compiler nor a shell', () => {
    const found = readdirSync(root.folder, { recursive: true, encoding: 'utf8' }).filter((f) => tool.test(basename(f)));
    const libraries = found.map((file) => file.replace(`${home}/dist/native/`, ''));
    expect(libraries.sort()).toEqual(expect.arrayContaining(['libbpf.so.1', 'libelf.so.1', 'libz.so.1']));
    expect(libraries.filter((file) => !/^lib(bpf|elf|z|zstd)\.so\.1$/.test(file))).toEqual([]);
  });

  test('tells its version', async () => {
    expect(await ebpfKit('--version')).toEqual({ stdout: `${version}\n`, stderr: '', status: 0 });
  });

  test('lists its tools', async () => {
    const { stdout, status } = await ebpfKit('--help');
    expect(stdout).toMatch(/^ +execsnoop .*\w/m);
    expect(status).toBe(0);
  });

  test('execsnoop shows a real exec, and not its neighbour', async () => {
    const mark = `seen-on-node-${major}-${process.pid}`;
    const options = ['--json', '--max-events', '1', '--ready-fd', '3', '--line', mark];
    const tracer = root.start(['ebpf-kit', 'execsnoop', ...options], ['ignore', 'pipe', 'pipe', 'pipe']);
    const done = finished(tracer);
    const ready = once(tracer.stdio[3] as Readable, 'data').then(() => 'ready');
    const first = await Promise.race([ready, done]);
    expect(first).toBe('ready');
    await once(spawn('/bin/true', ['neighbour']), 'exit');
    const target = spawn('/bin/true', [mark]);
    const { stdout, stderr, status } = await done;
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.filter(({ type }) => type === 'exec')).toEqual([
      expect.objectContaining({ v: 1, pid: target.pid, ppid: process.pid, ret: 0, args: ['/bin/true', mark] }),
    ]);
    expect(status, stderr).toBe(0);
  });
});
