import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Seen, Storm } from './soak/storm.ts';

const MEBIBYTE = 2 ** 20;

interface Result extends Seen {
  /** Resident bytes after each tenth of the events. */
  readonly samples: readonly number[];
}

/** Runs a script of the folder soak in a process of its own, whose memory is that of the reader alone. */
async function run<T>(script: string, argument: string): Promise<T> {
  const path = fileURLToPath(new URL(`soak/${script}`, import.meta.url));
  const args = ['--expose-gc', '--import', 'tsx', path, argument];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 110_000 });
  return JSON.parse(stdout);
}

const soak = (storm: Storm) => run<Result>('child.ts', JSON.stringify(storm));

/** Every event is accounted for: none twice, none out of order, none missing without being counted. */
function expectComplete({ records, lost, last, misplaced }: Seen, events: number): void {
  expect({ accounted: records + lost, misplaced }).toEqual({ accounted: events * last.length, misplaced: 0 });
  expect(last.every((number) => number <= events)).toBe(true);
}

describe('a storm of events', () => {
  it('is read by wake-ups alone, and leaves no memory behind', async () => {
    const events = 2_000_000;
    const seen = await soak({ events, gap: 0 });
    expectComplete(seen, events);
    // had one wake-up got lost, this would not have ended
    expect(seen.wakes).toBeGreaterThan(100);
    expect(seen.drains).toBeGreaterThan(1000);
    expect(seen.samples.length).toBe(10);
    // with what the engine takes while it warms up
    expect((seen.samples[9] - seen.samples[4]) / MEBIBYTE).toBeLessThan(4);
  });

  it('is read in batches by a reader that waits between them, and by two at once', async () => {
    const events = 500_000;
    for (const seen of await Promise.all([soak({ events, gap: 5 }), soak({ events, gap: 1 })])) {
      expectComplete(seen, events);
      expect(seen.drains).toBeLessThan(10_000);
    }
  });

  it('is read while two CPUs write: what one has reserved and not yet filled holds up the other', async () => {
    const events = 500_000;
    for (const gap of [0, 5]) expectComplete(await soak({ events, gap, writers: 2 }), events);
  });

  it('is counted where the ring is too small for it', async () => {
    const events = 500_000;
    const seen = await soak({ events, gap: 5, ringSize: 4096 });
    expectComplete(seen, events);
    expect(seen.lost).toBeGreaterThan(events / 2);
  });
});

describe('what is called again and again', () => {
  it('leaves not one byte behind for each call', { timeout: 120_000 }, async () => {
    const rounds = 150_000;
    const samples = await run<number[]>('doorbells.ts', String(rounds));
    // in the second half of the rounds, of seven calls each
    expect(samples[9] - samples[4]).toBeLessThan((7 * rounds) / 2);
  });
});
