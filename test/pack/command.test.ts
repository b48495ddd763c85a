import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareRoot } from './bare.ts';
import { causeExec, finished, home, installedRoot } from './installed.ts';
import { majors } from './nodes.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** What the package must do without. */
const tool =
  /^(clang|llvm|gcc|g\+\+|cc|c\+\+|ld|make|python|sh|bash|dash|bpftool)[-.0-9]*$|^lib(bpf|elf|z|zstd)\.so[.0-9]*$/;

describe.each(majors)('the command, installed from the tarball, on Node %i', (major) => {
  let root: BareRoot;
  const ebpfKit = (...args: string[]) => finished(root.start(['ebpf-kit', ...args]));

  beforeAll(async () => {
    root = await installedRoot(major);
  });

  afterAll(() => root?.[Symbol.dispose]());

  test('runs on that Node', async () => {
    const { stdout } = await finished(root.start(['node', '--version']));
    expect(stdout).toMatch(new RegExp(`^v${major}\\.`));
  });

  test('has only its own libbpf in reach, and neither a compiler nor a shell', () => {
    const files = readdirSync(root.folder, { recursive: true, encoding: 'utf8' }).map((file) => `/${file}`);
    const found = files.filter((file) => tool.test(basename(file)));
    const own = found.filter((file) => file.startsWith(`${home}/dist/native/`)).map((file) => basename(file));
    expect(own).toEqual(expect.arrayContaining(['libbpf.so.1', 'libelf.so.1', 'libz.so.1']));
    expect(found).toHaveLength(own.length);
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
    const pid = await causeExec(tracer.stdio[3] as Readable, done, mark);
    const { stdout, stderr, status } = await done;
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'exec')).toEqual([
      expect.objectContaining({ v: 1, pid, ppid: process.pid, ret: 0, args: ['/bin/true', mark] }),
    ]);
    expect(status, stderr).toBe(0);
  });
});
