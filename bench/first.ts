import { setTimeout } from 'node:timers/promises';
import type { Stage } from '../test/live/harness/stage.ts';
import type { Contender } from './contenders.ts';
import { PATIENCE, type Running, start } from './process.ts';

/** How long the machine rests between two execs, ms: few enough to leave the processors to the tool. */
const REST = 2;

/** From the start of a tool to its first row about one of the execs that go on all the time, ms. */
export async function firstEvent(contender: Contender, stage: Stage): Promise<number> {
  const mark = `first-${process.pid}`;
  let going = true;
  const execs = (async () => {
    while (going) {
      await stage.run({ file: '/bin/true', args: ['true', mark] });
      await setTimeout(REST);
    }
  })();
  try {
    const begun = performance.now();
    await using tool = start(contender.prompt('execsnoop'), 'pipe');
    await rowWith(mark, tool);
    return performance.now() - begun;
  } finally {
    going = false;
    await execs;
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
