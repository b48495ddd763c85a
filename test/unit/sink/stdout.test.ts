import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  createReadStream,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { argumentsOf, isNonBlocking, linesOf, numbers, reportsOf, runWriter, useWriter } from './run-writer.ts';

/** Far more than a pipe or a socket takes while nobody reads, as nobody does until the writer says that it has written. */
const flood = { batches: 200, size: 65536, limit: 1024 * 1024, deadline: 60_000 };

useWriter();

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ebpf-kit-sink-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function fifo(name: string): string {
  const path = join(directory, name);
  execFileSync('mkfifo', [path]);
  return path;
}

/** A pipe whose writing end is held here too, as a shell's other programs hold it. */
function pipe() {
  const path = fifo('pipe');
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, 'w') };
}

describe('a pipe', () => {
  it('that is not read never blocks the writer, nor is O_NONBLOCK set for others', async () => {
    const { reader, writer } = pipe();
    const { written, flushed } = runWriter(flood, writer);
    const { refused, waiting } = await written();
    expect(waiting).toBeLessThanOrEqual(flood.limit);
    expect(refused).toBeGreaterThan(150);
    expect(isNonBlocking(writer)).toBe(false);

    closeSync(writer);
    const received = numbers(await linesOf(new Socket({ fd: reader })), flood.size);
    expect(await flushed()).toEqual({ what: 'flushed', state: 'open', waiting: 0, unwritten: 0 });
    expect(received.length).toBe(flood.batches - refused);
  });

  it('that is not read delays the end no longer than the deadline', async () => {
    const { reader, writer } = pipe();
    const job = { batches: 3, size: 1024 * 1024, limit: 1024 ** 3, deadline: 20 };
    const { written, flushed } = runWriter(job, writer);
    expect(await written()).toMatchObject({ refused: 0, waiting: 3 * job.size });
    expect(await flushed()).toEqual({ what: 'flushed', state: 'open', waiting: 3 * job.size, unwritten: 3 });
    closeSync(writer);
    closeSync(reader);
  });

  it('whose reader leaves closes quietly', async () => {
    const { reader, writer } = pipe();
    const { written, flushed } = runWriter(flood, writer);
    await written();
    closeSync(reader);
    expect(await flushed()).toMatchObject({ state: 'closed', ended: 'quietly' });
    closeSync(writer);
  });

  it('whose reader left before closes quietly', async () => {
    const { reader, writer } = pipe();
    closeSync(reader);
    const { written, flushed } = runWriter({ ...flood, batches: 3 }, writer);
    expect(await written()).toMatchObject({ refused: 2 });
    expect(await flushed()).toMatchObject({ state: 'closed', ended: 'quietly' });
    closeSync(writer);
  });
});

describe('a socket', () => {
  it('that is not read never blocks the writer', async () => {
    const { child, written, flushed } = runWriter(flood, 'pipe');
    const { refused } = await written();
    expect(refused).toBeGreaterThan(150);
    const received = numbers(await linesOf(child.stdout as Socket), flood.size);
    expect(await flushed()).toMatchObject({ state: 'open', unwritten: 0 });
    expect(received.length).toBe(flood.batches - refused);
  });

  it('whose reader leaves closes quietly', async () => {
    const { child, written, flushed } = runWriter(flood, 'pipe');
    await written();
    child.stdout?.destroy();
    expect(await flushed()).toMatchObject({ state: 'closed', ended: 'quietly' });
  });
});

describe('a terminal', () => {
  it('that is not read never blocks the writer, nor is O_NONBLOCK set for others', async () => {
    const report = fifo('report');
    const job = { batches: 400, size: 4096, limit: 256 * 1024, deadline: 60_000 };
    const command = `exec "$0" ${argumentsOf(job).join(' ')} 3>${report}`;
    const terminal = spawn('script', ['-qfec', command.replace('$0', process.execPath), '/dev/null'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { written, flushed } = reportsOf(createReadStream(report));
    const { refused, flagsBefore, flagsAfter } = await written();
    expect(refused).toBeGreaterThan(100);
    expect(flagsAfter).toBe(flagsBefore);
    const received = numbers(await linesOf(terminal.stdout), job.size);
    expect(await flushed()).toMatchObject({ state: 'open', unwritten: 0 });
    expect(received.length).toBe(job.batches - refused);
  });
});

describe('a file', () => {
  it('is written from where its descriptor stands', async () => {
    const path = join(directory, 'file');
    const fd = openSync(path, 'w');
    writeSync(fd, 'before\n');
    const { written, flushed } = runWriter({ batches: 3, size: 8, limit: 1, deadline: 0 }, fd);
    expect(await written()).toMatchObject({ refused: 0, waiting: 0 });
    expect(await flushed()).toMatchObject({ state: 'open', unwritten: 0 });
    expect(isNonBlocking(fd)).toBe(false);
    writeSync(fd, 'after\n');
    closeSync(fd);
    const batches = ['0', '1', '2'].map((text) => `${text.padEnd(7)}\n`);
    expect(readFileSync(path, 'utf8')).toBe(['before\n', ...batches, 'after\n'].join(''));
  });

  it('on a full disk fails with one error', async () => {
    const fd = openSync('/dev/full', 'w');
    const { written, flushed } = runWriter({ batches: 3, size: 8, limit: 1024, deadline: 0 }, fd);
    expect(await written()).toMatchObject({ refused: 2 });
    expect(await flushed()).toMatchObject({
      state: 'failed',
      ended: 'writing to standard output: no space left on device (status 1)',
    });
    closeSync(fd);
  });
});
