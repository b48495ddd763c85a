import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { encodeBlock } from '../../../src/kit/record/block.ts';
import type { Header } from '../../../src/kit/record/format.ts';
import type { Recorded } from '../../../src/kit/record/recorded-columns.ts';
import { openRecording } from '../../../src/kit/record/recording.ts';
import { replayRecording } from '../../../src/kit/record/replay.ts';
import type { PartMaker } from '../../../src/kit/stream/parts.ts';
import { Running } from '../../../src/kit/stream/running.ts';
import type { AnyEventTool } from '../../../src/kit/tool/any.ts';

/** A path for a file that goes with the test. */
export function temporary(bytes?: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'run.ekr');
  if (bytes) writeFileSync(path, bytes);
  return path;
}

export const header: Header = {
  recording: 1,
  ebpf_kit: '0.1.0',
  tool: 'blinksnoop',
  type: 'blink',
  counting: false,
  options: {},
  machine: {} as never,
  began: '2026-01-31T12:00:00.000Z',
  start: 4e9,
  plan: {},
};

/** A recording of these lines, some of them in each block. */
export async function recordingOf(...blocks: readonly (readonly object[])[]): Promise<Buffer> {
  const texts = blocks.map((lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return Buffer.concat(await Promise.all(texts.map(encodeBlock)));
}

export interface Replayed {
  readonly status: number;
  readonly said: readonly string[];
  /** What the columns that were picked say of each event. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** How often how many were said to be lost. */
  readonly lost: readonly number[];
}

/** Replays a file. @throws KitError */
export async function replayed(
  path: string,
  tool?: AnyEventTool,
  more: readonly PartMaker<Recorded>[] = [],
  choice = {},
): Promise<Replayed> {
  const tell = vi.fn<(message: string) => void>();
  const running = new Running<Recorded>(tell);
  const rows: Record<string, unknown>[] = [];
  const lost: number[] = [];
  const keep: PartMaker<Recorded> = ({ columns }) => ({
    events(batch) {
      for (const event of batch) rows.push(Object.fromEntries(columns.map(({ name, value }) => [name, value(event)])));
      return undefined;
    },
    lost: (events) => void lost.push(events),
  });
  try {
    await using recording = await openRecording(path);
    const status = await replayRecording(recording, tool, choice, [...more, keep], running);
    return { status, said: tell.mock.calls.map(([message]) => message), rows, lost };
  } finally {
    running.close();
  }
}

export const bytesOf = (path: string): Buffer => readFileSync(path);
