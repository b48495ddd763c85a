import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, inject } from 'vitest';
import { type BareRoot, bareRoot } from './bare.ts';
import { nodeBinary } from './nodes.ts';

/** Where the package lies in the bare root. */
export const home = '/usr/local/lib/node_modules/ebpf-kit';

/** A bare root with the package installed as its README says, without network. @param major of Node */
export async function installedRoot(major: number): Promise<BareRoot> {
  const root = bareRoot(nodeBinary(major), inject('tarball'));
  const install = ['install', '--global', '--ignore-scripts', '--offline', '--prefix=/usr/local', '/ebpf-kit.tgz'];
  const { stderr, status } = await finished(root.start(['node', '/npm/bin/npm-cli.js', ...install]));
  if (status !== 0) root[Symbol.dispose]();
  expect(status, stderr).toBe(0);
  return root;
}

/** All that a program writes, and its exit status. */
export async function finished(child: ChildProcess) {
  const closed = once(child, 'close');
  const read = (stream: Readable | null) => (stream ? text(stream) : '');
  const [stdout, stderr, [status]] = await Promise.all([read(child.stdout), read(child.stderr), closed]);
  return { stdout, stderr, status };
}

/**
 * Waits until a tracer says that it is ready, then executes a neighbour that it is not asked for, and one that it is.
 * @returns the process id of the latter
 */
export async function causeExec(ready: Readable, ended: Promise<unknown>, mark: string): Promise<number> {
  const first = await Promise.race([once(ready, 'data').then(() => 'ready'), ended]);
  expect(first).toBe('ready');
  await once(spawn('/bin/true', ['neighbour']), 'exit');
  const { pid = 0 } = spawn('/bin/true', [mark]);
  return pid;
}
