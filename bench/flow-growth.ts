// What flows cost flowtop: processor time per interval by their number, and memory over a million short ones. Its one
// argument is what run.mjs has made of the command line.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { say } from '../scripts/lib/run.mjs';
import { median } from './figures.ts';
import { type FlowScene, NOTHING, openFlowScene, sendFlows, swallow } from './flow-scene.ts';
import { formatMachine, machine } from './machine.ts';
import { type Running, start } from './process.ts';

const { rounds, json, quick }: { readonly rounds: number; readonly json: boolean; readonly quick?: boolean } =
  JSON.parse(process.argv[2]);
/** Flows that are busy at the same time. */
const BUSY = quick ? [100] : [100, 1000, 5000, 20_000, 50_000];
/** Short ones, of so many sockets' ports each; memory is looked at after each STEP. */
const STEP = quick ? 1000 : 100_000;
const STEPS = quick ? 2 : 10;
const PORTS = STEP / 2;
/** ms: until the tool has seen a second of nothing else. */
const SETTLE = quick ? 700 : 2500;
const INTERVALS = quick ? 1 : 6;

/** Processor time per interval of 1 s, ms: the least of all rounds, by number of flows and form of output. */
type Busy = Readonly<Record<string, readonly number[]>>;

const forms: Readonly<Record<string, readonly string[]>> = {
  table: ['--batch'],
  'by process': ['--batch', '--by', 'process'],
  json: ['--json'],
};

{
  await using scene = openFlowScene();
  swallow(scene);
  const busy = await measureBusy(scene);
  const short = await measureShort(scene);
  if (json) console.log(JSON.stringify({ machine: machine(), rounds, flows: BUSY, busy, short }));
  else tell(busy, short);
}

async function measureBusy(scene: FlowScene): Promise<Busy> {
  const times: Record<string, number[]> = {};
  for (const [form, args] of Object.entries(forms)) {
    times[form] = [];
    for (const flows of BUSY) {
      say(`${flows} busy flows, ${form}`);
      const sender = sendFlows(scene, Math.ceil(flows / 500), Math.min(flows, 500), true);
      const rates: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        await using tool = start(scene.flowtop(...args), NOTHING);
        await setTimeout(SETTLE);
        rates.push(await perInterval(tool));
      }
      times[form].push(Math.min(...rates));
      sender.kill('SIGKILL');
      await once(sender, 'exit');
    }
  }
  return times;
}

async function perInterval(tool: Running): Promise<number> {
  const each: number[] = [];
  for (let interval = 0; interval < INTERVALS; interval++) {
    const before = tool.cpu();
    await setTimeout(1000);
    each.push((tool.cpu() - before) / 1000);
  }
  return median(each);
}

interface Short {
  /** Resident memory when nothing was seen yet, and after each STEP flows, MB. */
  readonly memory: readonly number[];
  readonly peak: number;
}

async function measureShort(scene: FlowScene): Promise<Short> {
  await using tool = start(scene.flowtop('--batch'), NOTHING);
  await setTimeout(SETTLE);
  const memory = [resident(tool)];
  for (let step = 1; step <= STEPS; step++) {
    say(`${step * STEP} short flows`);
    await once(sendFlows(scene, STEP / PORTS, PORTS, false), 'exit');
    memory.push(resident(tool));
  }
  return { memory, peak: tool.peakMemory() / 2 ** 20 };
}

function resident(tool: Running): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${tool.process.pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

function tell(busy: Busy, { memory, peak }: Short): void {
  const cells = (values: readonly (number | string)[]) => values.map((value) => `${value}`.padStart(9)).join('');
  const lines = Object.entries(busy).map(([form, times]) => form.padEnd(24) + cells(times.map((ms) => ms.toFixed(1))));
  console.log(`${formatMachine(machine())}

busy flows              ${cells(BUSY)}
${lines.join('\n')}

short flows, thousands  ${cells(memory.map((_, i) => (i * STEP) / 1000)).replaceAll('   ', ' ')}
memory, MB              ${cells(memory.map((mb) => mb.toFixed(0))).replaceAll('   ', ' ')}   peak ${peak.toFixed(0)}

CPU per interval of 1 s, ms: the least of ${rounds} rounds.`);
}
