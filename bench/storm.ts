import type { Contender, Subject } from './contenders.ts';
import { add, type Comparison, measure, UNTRACED } from './figures.ts';
import { linesWith, openRows, type Rows } from './output.ts';
import { PATIENCE, type Running, start } from './process.ts';
import { inTurn } from './turns.ts';

/** Something that happens as fast as it goes. */
export interface Storm {
  readonly subject: Subject;
  /** What there are many of. */
  readonly what: string;
  readonly times: number;
  /** Arguments for the tool. */
  readonly args?: readonly string[];
  /** Rows that each of them has; 0: it is not asked for. */
  readonly rows: number;
  /** In each row about it. */
  readonly mark: string;
  happen(times: number): Promise<unknown>;
  /** In each row about something else, that happens while the tool starts. */
  readonly warmMark: string;
  warm(times: number): Promise<unknown>;
}

/** So many while a tool starts; they fill the buffer of one that writes to a file. */
const WARMING = 100;

interface Figures {
  /** Per second. */
  readonly rate: number;
  /** Rows about the storm that were shown. */
  readonly seen: number;
  /** The reader's processor time, µs. */
  readonly cpu: number;
  /** The most that it ever had, MB. */
  readonly memory: number;
}

/** @returns how many per second */
export async function blow({ happen, times }: Storm): Promise<number> {
  const begun = performance.now();
  await happen(times);
  return times / ((performance.now() - begun) / 1000);
}

async function traced(storm: Storm, contender: Contender): Promise<Figures> {
  await using rows = openRows(contender.output);
  await using tool = start(contender.command(storm.subject, storm.args), rows.stdout);
  await attached(storm, tool, rows);
  await tool.quiet();
  const before = tool.cpu();
  const rate = await blow(storm);
  await settled(tool, rows, storm.mark);
  const cpu = tool.cpu() - before;
  const memory = tool.peakMemory() / 1e6;
  await tool.stop();
  await rows.end();
  return { rate, seen: linesWith(storm.mark, rows.read()), cpu, memory };
}

/** Waits until it has read all there was, and all rows with the mark have come out of the pipe. */
export async function settled(tool: Running, rows: Rows, mark: string): Promise<void> {
  for (let seen = -1, now = 0; seen !== now; now = linesWith(mark, rows.read())) {
    seen = now;
    await tool.quiet();
  }
}

/** Waits for the first rows. */
export async function attached(storm: Storm, tool: Running, rows: Rows): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!rows.read().includes(storm.warmMark)) {
    if (tool.process.exitCode !== null || performance.now() > deadline) throw tool.failure('has shown no event');
    await storm.warm(WARMING);
  }
}

/** The storm under each of them, and under none. */
export async function compareStorm(
  part: string,
  storm: Storm,
  contenders: readonly Contender[],
  rounds: number,
  title: string,
): Promise<Comparison> {
  const { what, times } = storm;
  const rate = measure('rate', `${what}/s`, { better: 'more' });
  const kept = measure('kept', 'kept, %', { digits: 1, better: 'more' });
  const lost = measure('lost', `lost of ${rounds} × ${times * storm.rows}`, { over: 'sum' });
  const cpu = measure('cpu', 'reader CPU per event, µs', { digits: 2, better: 'less' });
  const memory = measure('memory', 'peak memory, MB', { digits: 1, over: 'most', better: 'less' });
  let untraced = 0;
  const none = { name: UNTRACED, peer: false, contender: undefined };
  const turns = [none, ...contenders.map((contender) => ({ ...contender, contender }))];
  const without = await inTurn(title, rounds, turns, async ({ name, contender }) => {
    if (!contender) {
      untraced = await blow(storm);
      return add(rate, name, untraced);
    }
    const figures = await traced(storm, contender);
    add(rate, name, figures.rate);
    add(kept, name, (100 * figures.rate) / untraced);
    if (storm.rows > 0) add(lost, name, times * storm.rows - figures.seen);
    if (figures.seen > 0 || storm.rows === 0) add(cpu, name, figures.cpu / (figures.seen || times));
    add(memory, name, figures.memory);
  });
  return {
    part,
    title,
    traced: `${rounds} × ${times} ${what}, as fast as they go; the tools took turns.`,
    rows: turns.map(({ name }) => name),
    peers: contenders.filter(({ peer }) => peer).map(({ name }) => name),
    without,
    measures: storm.rows > 0 ? [rate, kept, lost, cpu, memory] : [rate, kept, cpu],
    charts: storm.rows > 0 ? ['kept', 'cpu'] : ['kept'],
  };
}
