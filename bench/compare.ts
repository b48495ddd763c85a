// Measures and tells. Its one argument is what run.mjs has made of the command line.
import { say } from '../scripts/lib/run.mjs';
import { openStage } from '../test/live/harness/stage.ts';
import { type Contender, contenders } from './contenders.ts';
import { add, type Measure, measure, median, sum } from './figures.ts';
import { firstEvent } from './first.ts';
import { machine } from './machine.ts';
import { endWithUs } from './process.ts';
import { blow, execs, opens, type Storm, tracedStorm } from './storm.ts';
import { tell } from './tell.ts';
import { measureTrees } from './tree.ts';

interface Options {
  readonly parts: readonly string[];
  readonly rounds: number;
  readonly json: boolean;
  readonly update: boolean;
}

const { parts, rounds, json, update }: Options = JSON.parse(process.argv[2]);
const wants = (part: string) => parts.includes(part);
const here = machine();
const broken = new Set<Contender>();

await using stage = openStage();
endWithUs.add(stage.pid);
const first = wants('first') ? await measureFirst() : [];
const { rates, memory } = wants('storm') || wants('memory') ? await measureStorm(execs) : { rates: [], memory: [] };
const opened = wants('opens') ? (await measureStorm(opens)).rates : [];
const measures = [...first, ...(wants('storm') ? rates : []), ...opened, ...(wants('memory') ? memory : [])];
const trees = wants('tree') ? measureTrees(rounds) : [];
tell(measures, trees, here, { rounds, json, update });

async function measureFirst(): Promise<Measure[]> {
  const first = measure('first', 'start to first event, ms', 1);
  await inTurn('first event', async (contender) => add(first, contender, await firstEvent(contender, stage)));
  return [first];
}

async function measureStorm(storm: Storm): Promise<Record<'rates' | 'memory', Measure[]>> {
  const untraced: number[] = [];
  const { what } = storm;
  const rate = measure(`${what}_rate`, `${what} per second`, 0);
  const lost = measure(`${what}_lost`, `lost of ${rounds} × ${storm.times} ${what}`, 0, sum);
  const cpu = measure(`${what}_cpu`, 'reader CPU per event, µs', 2);
  const memory = measure('memory', 'peak memory, MB', 1);
  await inTurn(`storm of ${what}`, async (contender) => {
    if (contender === contenders[0]) untraced.push(await blow(storm, stage));
    const figures = await tracedStorm(storm, contender, stage);
    add(rate, contender, figures.rate);
    add(lost, contender, figures.lost);
    add(cpu, contender, figures.cpu);
    add(memory, contender, figures.memory);
  });
  const label = `${what}/s (untraced: ${median(untraced).toFixed(0)})`;
  return { rates: [{ ...rate, label }, lost, cpu], memory: [memory] };
}

/** All tools one after the other, round after round: what else the machine does meets them all. */
async function inTurn(what: string, one: (contender: Contender) => Promise<void>): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    say(`${what}: round ${round} of ${rounds}`);
    for (const contender of contenders.filter((each) => !broken.has(each))) {
      try {
        await one(contender);
      } catch (error) {
        if (contender === contenders[0]) throw error;
        broken.add(contender);
        say(`without ${contender.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}
