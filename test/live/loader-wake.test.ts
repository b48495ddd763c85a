// @module-tag anywhere
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BpfObject } from '../../src/bpf/object.ts';
import { openRing, type RingOptions, type RingReader } from '../../src/bpf/ring.ts';
import { rings } from '../gen/rings.ts';
import { PROMPT } from './harness/tool.ts';
import { openFixture } from './loader/fixtures.ts';
import { ask, restoreUmask } from './loader/umask.ts';
import { descriptors } from './loader/witness.ts';

let object: BpfObject<typeof rings>;
const opened: RingReader[] = [];

/** A reader, its thread, and what it is woken for. */
interface Waiting {
  readonly reader: RingReader;
  readonly thread: string;
  wakes: number;
  /** Arms, and waits for the wake-up. */
  woken(): Promise<void>;
}

function open(source: BpfObject<typeof rings> = object, options: RingOptions = {}): Waiting {
  let resolve = () => {};
  const before = new Set(readdirSync('/proc/self/task'));
  const reader = openRing(
    source,
    () => {
      waiting.wakes++;
      resolve();
    },
    options,
  );
  opened.push(reader);
  const [thread] = readdirSync('/proc/self/task').filter((tid) => !before.has(tid));
  const waiting: Waiting = {
    reader,
    thread,
    wakes: 0,
    woken: () =>
      new Promise<void>((done) => {
        resolve = done;
        reader.arm();
      }),
  };
  return waiting;
}

function openObject(): BpfObject<typeof rings> {
  const another = openFixture(rings);
  another.setConstants({ target: process.pid });
  another.load();
  another.attach('on_umask');
  return another;
}

function status({ thread }: Waiting, field: string): string {
  const text = readFileSync(`/proc/self/task/${thread}/status`, 'utf8');
  return new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(text)?.[1] ?? '';
}

const numbers = ({ reader }: Waiting): number[] => {
  const found: number[] = [];
  reader.drain((view, offset, length) => found.push(rings.events.note.decode(view, offset, length).number));
  return found;
};

beforeEach(() => {
  object = openObject();
});
afterEach(() => {
  for (const reader of opened.splice(0)) reader.close();
  object.close();
});
afterAll(restoreUmask);

describe('waking', () => {
  it('comes for what is there already', async () => {
    const waiting = open();
    ask('note', 1);
    await waiting.woken();
    expect(numbers(waiting)).toEqual([1]);
  });

  it('comes for what comes later, once for each time that it was asked for', async () => {
    const waiting = open();
    for (let round = 0; round < 200; round++) {
      const woken = waiting.woken();
      ask('note', round);
      ask('note', round);
      await woken;
      expect(numbers(waiting)).toEqual([round, round]);
    }
    await setImmediate();
    expect(waiting.wakes).toBe(200);
  });

  it('comes for the next record when a drain took the one that it was asked for', async () => {
    const waiting = open();
    const woken = waiting.woken();
    ask('note', 1);
    expect(numbers(waiting)).toEqual([1]);
    waiting.reader.arm();
    ask('note', 2);
    await woken;
    expect(numbers(waiting)).toEqual([2]);
  });

  it('may be asked for again before it came', async () => {
    const waiting = open();
    waiting.reader.arm();
    waiting.reader.arm();
    ask('note', 1);
    await waiting.woken();
    expect(numbers(waiting)).toEqual([1]);
    const woken = waiting.woken();
    ask('note', 2);
    await woken;
    expect(numbers(waiting)).toEqual([2]);
  });

  it('comes for a discarded record as well, which is passed over', async () => {
    const waiting = open();
    const woken = waiting.woken();
    ask('discarded', 1);
    await woken;
    expect(numbers(waiting)).toEqual([]);
    const again = waiting.woken();
    ask('note', 2);
    await again;
    expect(numbers(waiting)).toEqual([2]);
  });
});

describe('the thread that waits', () => {
  it('sleeps while no one asked, whatever happens', async () => {
    const waiting = open();
    const woken = waiting.woken();
    ask('note', 0);
    await woken;
    numbers(waiting);
    const before = status(waiting, 'voluntary_ctxt_switches');
    for (let i = 0; i < 2000; i++) {
      // each is committed where the reader stands, so the kernel wakes whoever polls
      ask('note', i);
      numbers(waiting);
    }
    expect(status(waiting, 'voluntary_ctxt_switches')).toBe(before);
    expect(status(waiting, 'State')).toMatch(/^S/);
  });

  it('leaves every signal to Node', () => {
    const blocked = BigInt(`0x${status(open(), 'SigBlk')}`);
    for (const signal of [1, 2, 3, 15, 17, 28]) expect((blocked >> BigInt(signal - 1)) & 1n).toBe(1n);
  });

  it('ends at once, armed or not, and leaves nothing', async () => {
    const before = descriptors();
    for (const armed of [false, true]) {
      const waiting = open();
      if (armed) waiting.reader.arm();
      const started = performance.now();
      waiting.reader.close();
      expect(performance.now() - started).toBeLessThan(PROMPT);
      expect(readdirSync('/proc/self/task')).not.toContain(waiting.thread);
      // the socket closes its descriptor at the end of the turn
      await setImmediate();
      expect(waiting.wakes).toBe(0);
    }
    expect(descriptors()).toEqual(before);
  });
});

describe('several readers', () => {
  it('each see all events of their own object', async () => {
    using another = openObject();
    const [first, second] = [open(), open(another)];
    const both = Promise.all([first.woken(), second.woken()]);
    for (let i = 0; i < 10; i++) ask('note', i);
    await both;
    const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(numbers(first)).toEqual(expected);
    expect(numbers(second)).toEqual(expected);
    first.reader.close();
    const woken = second.woken();
    ask('note', 11);
    await woken;
    expect(numbers(second)).toEqual([11]);
  });
});

describe('the watched pipe', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loader-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('wakes when its reader is gone, with no event', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const readEnd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = openSync(fifo, constants.O_WRONLY);
    const waiting = open(object, { watchFd: writeEnd });
    const first = waiting.woken();
    ask('note', 1);
    await first;
    expect(waiting.reader.hungUp).toBe(false);
    expect(numbers(waiting)).toEqual([1]);
    const woken = waiting.woken();
    closeSync(readEnd);
    await woken;
    expect(waiting.reader.hungUp).toBe(true);
    waiting.reader.close();
    closeSync(writeEnd);
  });

  it('may have lost its reader before, or be a file', async () => {
    const fifo = join(folder, 'early');
    execFileSync('mkfifo', [fifo]);
    const readEnd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = openSync(fifo, constants.O_WRONLY);
    closeSync(readEnd);
    const early = open(object, { watchFd: writeEnd });
    await early.woken();
    expect(early.reader.hungUp).toBe(true);
    closeSync(writeEnd);
    const file = openSync(join(folder, 'file'), 'w');
    const waiting = open(object, { watchFd: file });
    const woken = waiting.woken();
    ask('note', 1);
    await woken;
    expect(waiting.reader.hungUp).toBe(false);
    closeSync(file);
  });
});
