import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { BpfObject } from '../../../src/bpf/object.ts';
import { openRing } from '../../../src/bpf/ring.ts';
import { storm } from '../../gen/storm.ts';

const WRITE = process.arch === 'x64' ? 1 : 64;
const file = new URL('../../../dist/test/bpf/storm.bpf.o', import.meta.url);

export interface Storm {
  /** System calls that each writer makes, as fast as it can; each is an event. */
  readonly events: number;
  /** Processes that make them at the same time: 1 (the default) or 2. */
  readonly writers?: number;
  /** How long the reader lets events gather, ms; 0: it looks again at the event loop's next turn. */
  readonly gap: number;
  /** Bytes; the default of 4 MiB holds all that can come in 100 ms. */
  readonly ringSize?: number;
  /** Called after each drain that brought something. */
  readonly onDrain?: (seen: Seen) => void;
}

/** What the reader saw. */
export interface Seen {
  records: number;
  drains: number;
  wakes: number;
  lost: number;
  /** Number of each writer's last event; lost ones have numbers, too. */
  last: number[];
  /** Events whose number was not above the one before. */
  misplaced: number;
}

/**
 * Reads a storm from its first to its last event as a session does: drain, let events gather, drain again; when there
 * is nothing, sleep until woken. No timer looks at an empty ring, so one lost wake-up is the end: this never returns.
 */
export async function readStorm({ events, writers = 1, gap, ringSize, onDrain }: Storm): Promise<Seen> {
  const children = Array.from({ length: writers }, () => startWriter(events));
  const seen: Seen = { records: 0, drains: 0, wakes: 0, lost: 0, last: children.map(() => 0), misplaced: 0 };
  using object = BpfObject.open(storm, file);
  object.setConstants({ targets: children.map(({ pid }) => pid ?? 0), syscall_nr: WRITE });
  if (ringSize) object.setMaxEntries('events', ringSize);
  object.load();
  object.attach('tick_enter');
  let wake = () => {};
  using ring = openRing(object, () => wake());
  const { decode } = storm.events.tick;
  const exited = Promise.all(children.map((child) => once(child, 'exit')));
  // a ring that overflows may lose the last events: nothing would wake us for those
  if (ringSize) exited.then(() => wake());
  for (const child of children) child.stdin.end('go\n');
  while (seen.records + seen.lost < events * writers) {
    const { records, more, lost } = ring.drain((view, offset, length) => {
      const { seq, target } = decode(view, offset, length);
      if (seq <= seen.last[target]) seen.misplaced++;
      seen.last[target] = seq;
    });
    seen.records += records;
    seen.drains++;
    seen.lost = lost;
    if (records) onDrain?.(seen);
    if (more || (records && gap === 0)) await setImmediate();
    else if (records) await setTimeout(gap);
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
        ring.arm();
      });
      seen.wakes++;
    }
  }
  await exited;
  return seen;
}

/** dd begins when the shell has read a line, and has the shell's process id. */
function startWriter(events: number) {
  const script = `read go && exec dd if=/dev/zero of=/dev/null bs=1 count=${events} status=none`;
  return spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'inherit'] });
}
