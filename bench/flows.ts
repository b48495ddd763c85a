// flowtop beside nethogs and iftop: what is left of the network's speed, and what they use. Its one argument is what
// run.mjs has made of the command line.
//
// Both ends of the connection are on this machine: each byte passes flowtop's programs twice, on its way out and in.
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { say } from '../scripts/lib/run.mjs';
import { type BpfCost, bpfCost } from './bpf-stats.ts';
import { median } from './figures.ts';
import { type FlowScene, inside, NOTHING, openFlowScene } from './flow-scene.ts';
import { type Carried, type FullSpeed, openFullSpeed } from './full-speed.ts';
import { formatMachine, machine } from './machine.ts';
import { type Running, start } from './process.ts';

const { rounds, json, quick }: { readonly rounds: number; readonly json: boolean; readonly quick?: boolean } =
  JSON.parse(process.argv[2]);
/** How long is looked, ms; and how long a tool runs before that, or is gone. */
const WINDOW = quick ? 300 : 1200;
const SETTLE = quick ? 300 : 600;
/** By how much the windows before and after one of a tool may differ: else it is done again, so often at most in all. */
const CALM = 0.1;
const AGAIN = quick ? 0 : rounds;

/** Of a tool in all rounds. */
export interface Throughput {
  /** Gbit/s. */
  readonly rate: number[];
  /** The same, of the mean of the untraced windows before and after it. */
  readonly kept: number[];
  /** Processor time of both ends, and of the tool, for each gigabyte; ms. */
  readonly effort: number[];
  /** The same, of that mean. */
  readonly times: number[];
  /** Processor time of the tool per second, ms. */
  readonly cpu: number[];
}

{
  await using scene = openFlowScene();
  await using load = await openFullSpeed(scene);
  const figures = await measure(scene, load);
  const cost = await measureCost(scene, load);
  if (json) console.log(JSON.stringify({ machine: machine(), rounds, throughput: figures, cost }));
  else tell(figures, cost);
}

/**
 * Each window of a tool stands between two without any: what else the machine does, and what the connection itself
 * does, changes slowly enough to cancel out.
 */
async function measure(scene: FlowScene, load: FullSpeed): Promise<Record<string, Throughput>> {
  const tools: readonly (readonly [string, Tool])[] = [
    ['flowtop', flowtop(scene, '--batch')],
    ['flowtop --json', flowtop(scene, '--json')],
    ['nethogs', { words: inside(scene.near, 'nethogs', '-t', 'cable'), tells: false }],
    ['iftop', { words: inside(scene.near, 'iftop', '-t', '-n', '-N', '-P', '-i', 'cable'), tells: false }],
  ];
  const names = ['untraced', ...tools.map(([name]) => name)];
  const none = (): Throughput => ({ rate: [], kept: [], effort: [], times: [], cpu: [] });
  const figures = Object.fromEntries(names.map((name) => [name, none()]));
  let before = await load.watch(WINDOW);
  let again = AGAIN;
  for (let round = 0; round < rounds; round++) {
    say(`iperf3: round ${round + 1} of ${rounds}`);
    for (const [name, tool] of round % 2 ? tools.toReversed() : tools) {
      for (let isCalm = false; !isCalm; ) {
        const { carried, cpu } = await traced(load, tool);
        await setTimeout(SETTLE / 3);
        const after = await load.watch(WINDOW);
        isCalm = Math.abs(after.rate / before.rate - 1) < CALM || again-- <= 0;
        if (isCalm) {
          note(figures[name], carried, [before, after]);
          figures[name].cpu.push(cpu);
          note(figures.untraced, after, [before]);
        }
        before = after;
      }
    }
  }
  return figures;
}

/** @param beside untraced */
function note(figures: Throughput, { rate, effort }: Carried, beside: readonly Carried[]): void {
  const mean = (key: keyof Carried) => beside.reduce((sum, each) => sum + each[key], 0) / beside.length;
  figures.rate.push(rate);
  figures.kept.push(rate / mean('rate'));
  figures.effort.push(effort);
  figures.times.push(effort / mean('effort'));
}

interface Tool {
  readonly words: readonly string[];
  /** It says on standard error when it is ready. */
  readonly tells: boolean;
}

function flowtop(scene: FlowScene, ...args: readonly string[]): Tool {
  return { words: scene.flowtop(...args, '--ready-fd', '2'), tells: true };
}

/** Starts it. What it takes to start is not asked for here. @throws Error when it ends */
async function started({ words, tells }: Tool): Promise<Running> {
  const tool = start(words, NOTHING);
  const { stderr } = tool.process;
  if (tells && stderr) await Promise.race([once(stderr, 'data'), tool.ended]);
  await setTimeout(SETTLE);
  if (tool.process.exitCode !== null) throw tool.failure('has ended');
  return tool;
}

async function traced(load: FullSpeed, what: Tool): Promise<{ readonly carried: Carried; readonly cpu: number }> {
  await using tool = await started(what);
  const before = tool.cpu();
  const { rate, effort } = await load.watch(WINDOW);
  const cpu = (tool.cpu() - before) / WINDOW;
  return { carried: { rate, effort: effort + cpu / (rate / 8) }, cpu };
}

/** What flowtop's programs themselves take, as the kernel measures it: whatever else the machine does. */
async function measureCost(scene: FlowScene, load: FullSpeed): Promise<BpfCost> {
  await using tool = await started(flowtop(scene, '--batch'));
  return await bpfCost(tool.process.pid ?? 0, () => load.watch(WINDOW));
}

function tell(figures: Record<string, Throughput>, { packets, perPacket, total }: BpfCost): void {
  const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`;
  const spread = (ratios: readonly number[]) =>
    `${percent(median(ratios)).padStart(8)} ${`(${percent(Math.min(...ratios))}, ${percent(Math.max(...ratios))})`.padEnd(20)}`;
  const head = `${'iperf3, one connection'.padEnd(24)}Gbit/s      kept (least, most)      CPU per GB (least, most)   CPU of the tool, ms/s`;
  console.log(`${formatMachine(machine())}\n\n${head}`);
  for (const [name, { rate, kept, times, cpu }] of Object.entries(figures)) {
    const used = cpu.length > 0 ? median(cpu).toFixed(1).padStart(6) : '';
    const cells = [name.padEnd(23), median(rate).toFixed(2).padStart(6), spread(kept), spread(times), used];
    console.log(cells.join(' ').trimEnd());
  }
  console.log(`
flowtop's programs: ${perPacket.toFixed(0)} ns for each of ${packets} packets, on their way out and in, and all of them
together ${(total / WINDOW).toFixed(3)} of a processor, with what measuring them adds.

Medians of ${rounds} rounds, all of one connection. Each window of a tool stands between two without any, which it is set
against, and is done again where these two differ by a tenth, up to ${AGAIN} times in all; "untraced" is one of those
beside the one before it: what the machine itself adds. The CPU per GB is that of both
ends, of the programs that run for their packets, and of the tool.`);
}
