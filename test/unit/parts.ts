import { vi } from 'vitest';
import { openClock } from '../../src/host/clock.ts';
import type { Columns, NamedColumn } from '../../src/kit/columns/columns.ts';
import { column } from '../../src/kit/columns/typed-columns.ts';
import { noLosses } from '../../src/kit/stream/loss-report.ts';
import type { PartMaker, View } from '../../src/kit/stream/parts.ts';
import { runParts, type Source } from '../../src/kit/stream/run-parts.ts';
import { Running } from '../../src/kit/stream/running.ts';
import { useParts } from '../../src/kit/stream/stream-parts.ts';

/** An event for tests of what parts do with it. */
export interface Blink {
  readonly pid: number;
  readonly comm: string;
  readonly args: readonly string[];
  readonly args_truncated?: boolean;
}

export const blink = (pid: number, comm = 'eye', args: readonly string[] = []): Blink => ({ pid, comm, args });

export const blinkColumns: Columns<Blink> = {
  pid: column({ head: 'PID', width: 7, type: 'int', doc: 'process id', value: ({ pid }: Blink) => pid }),
  comm: column({ head: 'COMM', width: 16, type: 'string', doc: 'command', value: ({ comm }: Blink) => comm }),
  args: column({ head: 'ARGS', width: 16, type: 'strings', doc: 'arguments', value: ({ args }: Blink) => args }),
};

export const blinkView = (change: Partial<View<Blink>> = {}): View<Blink> => ({
  tool: 'blinksnoop',
  type: 'blink',
  counting: false,
  all: blinkColumns,
  columns: Object.entries(blinkColumns).map(([name, each]): NamedColumn<Blink> => ({ ...each, name })),
  usual: new Set(Object.keys(blinkColumns)),
  fields: {
    pid: { meaning: 'pid', type: 'int' },
    comm: { meaning: 'comm', type: 'string' },
    args: { meaning: 'tail_argv', type: 'strings' },
    args_truncated: { meaning: 'flag', type: 'bool' },
  },
  options: {},
  clock: openClock(() => ({ boot: 5e9, real: 1e15 })),
  ...change,
});

interface Ran {
  readonly status: number;
  /** What was said on standard error. */
  readonly said: readonly string[];
}

/** A run of these batches, with these parts. */
export async function runBlinks(
  makers: readonly PartMaker<Blink>[],
  batches: readonly (readonly Blink[])[],
  source: Partial<Source<Blink>> = {},
  view = blinkView(),
): Promise<Ran> {
  const tell = vi.fn<(message: string) => void>();
  const running = new Running<Blink>(tell);
  try {
    const parts = await useParts(running, makers, view);
    const all: Source<Blink> = {
      async *batches() {
        for (const batch of batches) {
          for (const part of parts) part.seen?.(batch);
          yield batch;
        }
      },
      losses: () => noLosses,
      patient: true,
      hungUp: false,
      ...source,
    };
    const status = await runParts(all, running, { start: 4e9, date: new Date(1e12), plan: { blink: 'fentry' } });
    return { status, said: tell.mock.calls.map(([message]) => message) };
  } finally {
    running.close();
  }
}

/** A part that keeps what it is told. */
export function witness() {
  const events: Blink[] = [];
  const maker: PartMaker<Blink> = () => ({
    events(batch) {
      events.push(...batch);
      return undefined;
    },
  });
  return { events, maker };
}
