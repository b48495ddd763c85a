import { setTimeout } from 'node:timers/promises';
import { openConnections } from '../connections.ts';
import { type Contender, present, tools } from '../contenders.ts';
import { add, type Comparison, measure } from '../figures.ts';
import type { Part, Run } from '../part.ts';
import { PATIENCE, type Running, start } from '../process.ts';
import type { Storm } from '../storm.ts';
import { execs, opens, sessions } from '../storms.ts';
import { inTurn } from '../turns.ts';

/** How long the machine rests between two events, ms: few enough to leave the processors to the tool. */
const REST = 2;

const part: Part = async (run) => {
  await using connections = await openConnections();
  const storms = [execs(run.stage, 1), opens(run.stage, 1), sessions(connections, 1, 'tcplife')];
  const comparisons: Comparison[] = [];
  for (const storm of storms) comparisons.push(await compare(run, storm));
  return comparisons;
};
export default part;

async function compare({ rounds }: Run, storm: Storm): Promise<Comparison> {
  const { subject, what } = storm;
  const title = `From the start of ${subject} to its first event`;
  const first = measure('first', 'first event, ms', { digits: 1, better: 'less' });
  const memory = measure('memory', 'peak memory then, MB', { digits: 1, better: 'less' });
  const contenders = present(tools, subject);
  const without = await inTurn(title, rounds, contenders, async (contender) => {
    const figures = await firstEvent(contender, storm);
    add(first, contender.name, figures.time);
    add(memory, contender.name, figures.memory);
  });
  return {
    part: 'first',
    title,
    traced: `${what}, one every ${REST} ms or so; from the start of the process to a row about one of them in a pipe.`,
    rows: contenders.map(({ name }) => name),
    peers: contenders.filter(({ peer }) => peer).map(({ name }) => name),
    without,
    measures: [first, memory],
    charts: ['first'],
  };
}

/** @returns ms, and MB */
async function firstEvent(contender: Contender, storm: Storm): Promise<{ time: number; memory: number }> {
  let going = true;
  const events = (async () => {
    while (going) {
      await storm.happen(1);
      await setTimeout(REST);
    }
  })();
  try {
    const begun = performance.now();
    await using tool = start(contender.prompt(storm.subject), 'pipe');
    await rowWith(storm.mark, tool);
    return { time: performance.now() - begun, memory: tool.peakMemory() / 1e6 };
  } finally {
    going = false;
    await events;
  }
}

async function rowWith(mark: string, tool: Running): Promise<void> {
  let text = '';
  const seen = new Promise<boolean>((resolve) => {
    tool.process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text = text.slice(-mark.length) + chunk;
      if (text.includes(mark)) resolve(true);
    });
  });
  const ended = tool.ended.then(() => false);
  if (!(await Promise.race([seen, ended, setTimeout(PATIENCE, false, { ref: false })]))) {
    throw tool.failure('has shown no event');
  }
}
