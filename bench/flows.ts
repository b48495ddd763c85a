// flowtop beside nethogs and iftop: what is left of the network's speed, and what they use. Its one argument is what
// run.mjs has made of the command line.
//
// Both ends of the connection are on this machine: each byte passes flowtop's programs twice, on its way out and in.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { say } from '../scripts/lib/run.mjs';
import { type BpfCost, bpfCost } from './bpf-stats.ts';
import { median } from './figures.ts';
import { FAR, type FlowScene, inside, NOTHING, openFlowScene } from './flow-scene.ts';
import { formatMachine, machine } from './machine.ts';
import { start } from './process.ts';

const { rounds, json, quick }: { readonly rounds: number; readonly json: boolean; readonly quick?: boolean } =
  JSON.parse(process.argv[2]);
/** Of one run of iperf3, s; and of the tools before it, ms. */
const SECONDS = quick ? 1 : 3;
const SETTLE = quick ? 500 : 1500;

/** The client on the first processor, the server on the last one: where they are matters more than any tool. */
const pinned = (cpu: number) => ['taskset', '-c', `${cpu}`];
const LAST_CPU = Number(execFileSync('nproc', ['--all'], { encoding: 'utf8' })) - 1;

/** Of a tool in all rounds. */
interface Throughput {
  /** Gbit/s that have come. */
  readonly rate: number[];
  /** The same, of the mean of the untraced runs before and after it. */
  readonly kept: number[];
  /** Processor time of the tool per second, ms. */
  readonly cpu: number[];
}

{
  await using scene = openFlowScene();
  const figures = await measure(scene);
  const cost = await measureCost(scene);
  if (json) console.log(JSON.stringify({ machine: machine(), rounds, throughput: figures, cost }));
  else tell(figures, cost);
}

/** Each tool's run stands between two without any: what else the machine does changes slowly enough to cancel out. */
async function measure(scene: FlowScene): Promise<Record<string, Throughput>> {
  const tools: Readonly<Record<string, readonly string[]>> = {
    flowtop: scene.flowtop('--batch'),
    'flowtop --json': scene.flowtop('--json'),
    nethogs: inside(scene.near, 'nethogs', '-t', 'cable'),
    iftop: inside(scene.near, 'iftop', '-t', '-n', '-N', '-P', '-i', 'cable'),
  };
  const names = ['untraced', ...Object.keys(tools)];
  const figures = Object.fromEntries(names.map((name) => [name, { rate: [], kept: [], cpu: [] } as Throughput]));
  await iperf(scene);
  let before = await iperf(scene);
  for (let round = 1; round <= rounds; round++) {
    say(`iperf3: round ${round} of ${rounds}`);
    for (const [name, words] of Object.entries(tools)) {
      const { rate, cpu } = await traced(scene, words);
      const after = await iperf(scene);
      figures.untraced.rate.push(after);
      figures.untraced.kept.push(after / before);
      figures[name].rate.push(rate);
      figures[name].kept.push(rate / ((before + after) / 2));
      figures[name].cpu.push(cpu);
      before = after;
    }
  }
  return figures;
}

async function traced(
  scene: FlowScene,
  words: readonly string[],
): Promise<{ readonly rate: number; readonly cpu: number }> {
  await using tool = start(words, NOTHING);
  await setTimeout(SETTLE);
  const before = tool.cpu();
  const rate = await iperf(scene);
  return { rate, cpu: (tool.cpu() - before) / 1000 / SECONDS };
}

/** What flowtop's programs themselves take, as the kernel measures it: whatever else the machine does. */
async function measureCost(scene: FlowScene): Promise<BpfCost> {
  await using tool = start(scene.flowtop('--batch'), NOTHING);
  await setTimeout(SETTLE);
  return await bpfCost(tool.process.pid ?? 0, () => iperf(scene));
}

/** As fast as it goes, one connection. @returns Gbit/s that have come */
async function iperf(scene: FlowScene): Promise<number> {
  const server = scene.run(scene.far, [...pinned(LAST_CPU), 'iperf3', '-s', '-1', '--forceflush'], 'pipe');
  const ended = once(server, 'exit');
  await once(server.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  server.stdout?.resume();
  const words = [...pinned(0), 'iperf3', '-c', FAR, '-J', '-t', `${SECONDS}`];
  const client = scene.run(scene.near, words, 'pipe');
  let text = '';
  client.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await once(client, 'close');
  await ended;
  return JSON.parse(text).end.sum_received.bits_per_second / 1e9;
}

function tell(figures: Record<string, Throughput>, { packets, perPacket, total }: BpfCost): void {
  console.log(
    `${formatMachine(machine())}\n\n${'iperf3, one connection'.padEnd(24)}Gbit/s   kept (least, most)       CPU of the tool, ms/s`,
  );
  const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`.padStart(8);
  for (const [name, { rate, kept, cpu }] of Object.entries(figures)) {
    const spread = `(${percent(Math.min(...kept)).trim()}, ${percent(Math.max(...kept)).trim()})`;
    const used = cpu.length > 0 ? median(cpu).toFixed(1) : '';
    const cells = [median(rate).toFixed(2).padStart(6), percent(median(kept)), spread.padEnd(20), used.padStart(6)];
    console.log(`${name.padEnd(24)}${cells.join(' ')}`.trimEnd());
  }
  const share = (total / 10 / SECONDS / (LAST_CPU + 1)).toFixed(1);
  console.log(`
flowtop's programs: ${perPacket.toFixed(0)} ns for each of ${packets} packets, on their way out and in, and all of them
together ${share} % of the machine's processor time, with what measuring them adds.

Medians of ${rounds} rounds. Each run of a tool stands between two without any, which it is set against; "untraced" is
one of those beside the one before it: what the machine itself adds.`);
}
