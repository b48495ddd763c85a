import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';

/** What writer.ts is to do. */
export interface Job {
  readonly batches: number;
  readonly size: number;
  readonly limit: number;
  readonly deadline: number;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const compiled = mkdtempSync(join(tmpdir(), 'ebpf-kit-writer-'));

/** Compiles writer.ts: tsx would set O_NONBLOCK on standard output by itself. To be called by the test file. */
export function useWriter(): void {
  beforeAll(() => {
    const options =
      '--ignoreConfig --module nodenext --target es2023 --lib es2023,esnext.disposable --strict --types node ' +
      '--rewriteRelativeImportExtensions --verbatimModuleSyntax --skipLibCheck --rootDir .';
    const tsc = join(root, 'node_modules/.bin/tsc');
    execFileSync(tsc, ['test/unit/sink/writer.ts', ...options.split(' '), '--outDir', compiled], { cwd: root });
    writeFileSync(join(compiled, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => rmSync(compiled, { recursive: true }));
}

export const argumentsOf = ({ batches, size, limit, deadline }: Job): string[] => [
  join(compiled, 'test/unit/sink/writer.js'),
  ...[batches, size, limit, deadline].map(String),
];

export interface Written {
  readonly refused: number;
  readonly waiting: number;
  readonly flagsBefore: string;
  readonly flagsAfter: string;
}

export interface Flushed {
  readonly state: string;
  readonly waiting: number;
  readonly unwritten: number;
  readonly ended?: string;
}

/** The two reports of a writer, as they come. */
export function reportsOf(stream: Readable): { written(): Promise<Written>; flushed(): Promise<Flushed> } {
  const lines = createInterface(stream)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the writer ended early');
    return JSON.parse(value);
  };
  return { written: next, flushed: next };
}

/** Runs writer.ts with `stdout` as its standard output: a descriptor, or 'pipe' for a socket. */
export function runWriter(job: Job, stdout: number | 'pipe') {
  const child: ChildProcess = spawn(process.execPath, argumentsOf(job), {
    stdio: ['ignore', stdout, 'inherit', 'pipe'],
  });
  return { child, ...reportsOf(child.stdio[3] as Readable) };
}

/** Whether O_NONBLOCK is set on the open file description behind a descriptor of this process. */
export function isNonBlocking(fd: number): boolean {
  const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '';
  return (Number.parseInt(flags, 8) & 0o4000) !== 0;
}

/** All that a stream has to give, as lines. */
export async function linesOf(stream: Readable): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface(stream)) lines.push(line);
  return lines;
}

/** The numbers of the batches that arrived, which must be whole and in order. */
export function numbers(lines: readonly string[], size: number): number[] {
  const received = lines.map(Number);
  expect(lines.map((line) => line.length)).toEqual(received.map(() => size - 1));
  expect(received).toEqual(received.toSorted((a, b) => a - b));
  return received;
}
