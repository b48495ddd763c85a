import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageFile } from '../test/live/harness/build.ts';
import type { Stage } from '../test/live/harness/stage.ts';
import type { Contender } from './contenders.ts';
import { PATIENCE, type Running, start } from './process.ts';

/** Execs of a storm. */
export const EXECS = 20_000;
/** Execs at a time while a tool starts; so many fill the buffer of one that writes to a file. */
const WARMING = 100;

export interface StormFigures {
  /** Execs per second. */
  readonly rate: number;
  /** Rows about the storm that were not shown. */
  readonly lost: number;
  /** The reader's processor time, µs for each event that it has shown. */
  readonly cpu: number;
  /** The most that it ever had, MB. */
  readonly memory: number;
}

/** Starts programs one after the other as fast as that goes. @returns execs per second */
export async function storm(stage: Stage, mark = 'untraced', times = EXECS): Promise<number> {
  const begun = performance.now();
  await stage.run({ file: stageFile(), args: ['stage', mark], times });
  return times / ((performance.now() - begun) / 1000);
}

/** A storm under a tool that writes to a file, so that nobody but the tool works for what it shows. */
export async function tracedStorm(contender: Contender, stage: Stage): Promise<StormFigures> {
  const stdout = nameless();
  const rows = `/proc/self/fd/${stdout}`;
  try {
    await using tool = start(contender.command, stdout);
    await attached(tool, stage, rows);
    await tool.quiet();
    const before = tool.cpu();
    const mark = `storm-${process.pid}`;
    const rate = await storm(stage, mark);
    await tool.quiet();
    const cpu = tool.cpu() - before;
    const memory = tool.peakMemory() / 1e6;
    await tool.stop();
    const seen = readFileSync(rows, 'latin1').split(mark).length - 1;
    return { rate, lost: EXECS - seen, cpu: cpu / seen, memory };
  } finally {
    closeSync(stdout);
  }
}

/** A file that goes with the last descriptor of it. */
function nameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-bench-'));
  try {
    return openSync(join(folder, 'rows'), 'w');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function attached(tool: Running, stage: Stage, rows: string): Promise<void> {
  const mark = `warm-${process.pid}`;
  const deadline = performance.now() + PATIENCE;
  while (!readFileSync(rows, 'latin1').includes(mark)) {
    if (tool.process.exitCode !== null || performance.now() > deadline) throw tool.failure('has shown no event');
    await storm(stage, mark, WARMING);
  }
}
