import { openStage } from '../../test/live/harness/stage.ts';
import { type Contender, present, tools } from '../contenders.ts';
import { add, measure } from '../figures.ts';
import { linesWith, openRows } from '../output.ts';
import type { Part, Run } from '../part.ts';
import { endWithUs, start } from '../process.ts';
import { attached, settled } from '../storm.ts';
import { opens } from '../storms.ts';
import { inTurn } from '../turns.ts';
import { flowGrowth } from './flow-growth.ts';
import { ruleGrowth } from './rule-growth.ts';

/** Per second. What comes after the last is as fast as it goes. */
const FIRST = 25_000;
const LAST = 1_600_000;
const QUICK = 2 * FIRST;
/** A storm that brings less of what it was asked for has come to its own end. */
const ENOUGH = 0.9;

/** Two processes open, so that there can be more than one of them brings about. */
const part: Part = async (run) => {
  const title = 'Growth: events per second, doubled until the first is lost';
  const kept = measure('rate', 'opens/s without a loss', { better: 'more' });
  const lost = measure('lost', 'then lost, %', { digits: 1, better: 'less' });
  const contenders = present(tools, 'opensnoop');
  const without = await inTurn(title, run.quick ? 1 : Math.min(run.rounds, 2), contenders, async (contender) => {
    const end = await grow(contender, run);
    add(kept, contender.name, end.rate);
    add(lost, contender.name, end.lost);
  });
  return [
    {
      part: 'growth',
      title,
      traced:
        'Failing opens by two processes, 25,000 per second at first, for a second or more each time. No loss at the end: so many are all that the machine brought about under the tool.',
      rows: contenders.map(({ name }) => name),
      peers: contenders.filter(({ peer }) => peer).map(({ name }) => name),
      without,
      measures: [kept, lost],
      charts: ['rate'],
    },
    ...(await flowGrowth(run)),
    await ruleGrowth(run),
  ];
};
export default part;

/** @returns the highest rate without a loss, and what share was lost of the next one, % */
async function grow(contender: Contender, { stage, quick }: Run): Promise<{ rate: number; lost: number }> {
  await using other = openStage();
  endWithUs.add(other.pid);
  let best = 0;
  for (let asked = FIRST; asked <= (quick ? QUICK : LAST); asked *= 2) {
    const times = quick ? asked / 25 : asked;
    const storms = [stage, other].map((each) => opens(each, times / 2, asked / 2));
    const { rate, lost } = await step(contender, storms, times);
    if (lost > 0) return { rate: best, lost: (100 * lost) / times };
    best = Math.max(best, rate);
    if (rate < ENOUGH * asked) break;
  }
  return { rate: best, lost: 0 };
}

async function step(contender: Contender, storms: readonly ReturnType<typeof opens>[], times: number) {
  await using rows = openRows(contender.output);
  await using tool = start(contender.command('opensnoop'), rows.stdout);
  await attached(storms[0], tool, rows);
  await tool.quiet();
  const begun = performance.now();
  await Promise.all(storms.map((storm) => storm.happen(storm.times)));
  const rate = times / ((performance.now() - begun) / 1000);
  await settled(tool, rows, storms[0].mark);
  await tool.stop();
  await rows.end();
  return { rate, lost: times - linesWith(storms[0].mark, rows.read()) };
}
