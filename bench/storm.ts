import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageFile } from '../test/live/harness/build.ts';
import type { Stage } from '../test/live/harness/stage.ts';
import type { Contender, Subject } from './contenders.ts';
import { PATIENCE, type Running, start } from './process.ts';

/** Something that happens as fast as it goes. */
export interface Storm {
  readonly subject: Subject;
  /** What there are many of. */
  readonly what: string;
  readonly times: number;
  /** Each of them is shown by a row with the mark in it. */
  happen(stage: Stage, mark: string, times: number): Promise<unknown>;
}

export const execs: Storm = {
  subject: 'execsnoop',
  what: 'execs',
  times: 20_000,
  happen: (stage, mark, times) => stage.run({ file: stageFile(), args: ['stage', mark], times }),
};

/** Opens that fail: the cheapest there are. */
export const opens: Storm = {
  subject: 'opensnoop',
  what: 'opens',
  times: 200_000,
  happen: (stage, mark, times) => stage.run({ how: 'openat', file: `/nonexistent/${mark}`, args: [], times }),
};

/** So many while a tool starts; they fill the buffer of one that writes to a file. */
const WARMING = 100;

export interface StormFigures {
  /** Per second. */
  readonly rate: number;
  /** Rows about the storm that were not shown. */
  readonly lost: number;
  /** The reader's processor time, µs for each event that it has shown. */
  readonly cpu: number;
  /** The most that it ever had, MB. */
  readonly memory: number;
}

/** @returns how many per second */
export async function blow(storm: Storm, stage: Stage, mark = 'untraced', times = storm.times): Promise<number> {
  const begun = performance.now();
  await storm.happen(stage, mark, times);
  return times / ((performance.now() - begun) / 1000);
}

/** A storm under a tool that writes to a file, so that nobody but the tool works for what it shows. */
export async function tracedStorm(storm: Storm, contender: Contender, stage: Stage): Promise<StormFigures> {
  const stdout = nameless();
  const rows = `/proc/self/fd/${stdout}`;
  try {
    await using tool = start(contender.command(storm.subject), stdout);
    await attached(storm, tool, stage, rows);
    await tool.quiet();
    const before = tool.cpu();
    const mark = `storm-${process.pid}`;
    const rate = await blow(storm, stage, mark);
    await tool.quiet();
    const cpu = tool.cpu() - before;
    const memory = tool.peakMemory() / 1e6;
    await tool.stop();
    const seen = linesWith(mark, readFileSync(rows));
    return { rate, lost: storm.times - seen, cpu: cpu / seen, memory };
  } finally {
    closeSync(stdout);
  }
}

/** A row may have the mark more than once. */
function linesWith(mark: string, rows: Buffer): number {
  let lines = 0;
  for (let at = rows.indexOf(mark); at >= 0; at = rows.indexOf(mark, rows.indexOf('\n', at))) lines++;
  return lines;
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

async function attached(storm: Storm, tool: Running, stage: Stage, rows: string): Promise<void> {
  const mark = `warm-${process.pid}`;
  const deadline = performance.now() + PATIENCE;
  while (!readFileSync(rows, 'latin1').includes(mark)) {
    if (tool.process.exitCode !== null || performance.now() > deadline) throw tool.failure('has shown no event');
    await blow(storm, stage, mark, WARMING);
  }
}
