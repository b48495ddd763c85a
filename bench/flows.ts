// flowtop beside nethogs and iftop: what is left of the network's speed, and what they use. Its one argument is what
// run.mjs has made of the command line.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, rmdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { say } from '../scripts/lib/run.mjs';
import { mountPoint } from '../src/host/mounts.ts';
import { median } from './figures.ts';
import { formatMachine, machine } from './machine.ts';
import { endWithUs, type Running, start } from './process.ts';

const { rounds, json }: { readonly rounds: number; readonly json: boolean } = JSON.parse(process.argv[2]);
/** Of one run of iperf3, s; and of the tools before and after it, ms. */
const SECONDS = 5;
const SETTLE = 1500;
const FLOWS = 20_000;
const MANY = 1_000_000;

const [near, far] = ['near', 'far'].map((side) => `ebpf-kit-bench-${process.pid}-${side}`);
const cgroup = `${mountPoint('cgroup2')}/ebpf-kit-bench-${process.pid}`;
const nothing = openSync('/dev/null', 'w');
const command = fileURLToPath(new URL('../bin/ebpf-kit.js', import.meta.url));
const ip = (...args: string[]) => execFileSync('ip', args);
const inside = (netns: string, ...words: string[]) => ['ip', 'netns', 'exec', netns, ...words];
const flowtop = (...args: string[]) => [process.execPath, command, 'flowtop', '--cgroup', cgroup, ...args];

/** Words that make a command run in the cgroup. */
const counted = (...words: string[]) => ['sh', '-c', `echo $$ > ${cgroup}/cgroup.procs; exec "$@"`, 'sh', ...words];

/** Tools by name, each as it is started; no words: none runs. */
const tools: Readonly<Record<string, readonly string[]>> = {
  untraced: [],
  flowtop: flowtop('--batch'),
  'flowtop --json': flowtop('--json'),
  nethogs: inside(near, 'nethogs', '-t', 'cable'),
  iftop: inside(near, 'iftop', '-t', '-n', '-N', '-P', '-i', 'cable'),
};

/** Sends a datagram to so many ports by so many sockets, over and over, or once. */
const SENDER = `
  const { createSocket } = require('node:dgram');
  const [sockets, ports, again] = process.argv.slice(1).map(Number);
  const data = Buffer.alloc(100);
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  (async () => {
    do {
      const begun = Date.now();
      for (let i = 0; i < sockets; i++) {
        const socket = (globalThis.all ??= [])[again ? i : 0] ?? createSocket('udp4').on('error', () => {});
        if (again) globalThis.all[i] = socket;
        for (let port = 1; port <= ports; port++) {
          await new Promise((sent) => socket.send(data, port, '10.78.0.2', sent));
        }
        if (!again) socket.close();
      }
      if (again) await pause(Math.max(0, 300 - (Date.now() - begun)));
    } while (again);
  })();`;

ip('netns', 'add', near);
ip('netns', 'add', far);
mkdirSync(cgroup);
try {
  plug();
  const throughput = await measureThroughput();
  const many = await measureMany();
  if (json) console.log(JSON.stringify({ machine: machine(), rounds, throughput, many }));
  else tell(throughput, many);
} finally {
  for (const pid of endWithUs) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended
    }
  }
  for (let tries = 0; tries < 100 && !remove(); tries++) await setTimeout(50);
  ip('netns', 'delete', near);
  ip('netns', 'delete', far);
}

function plug(): void {
  ip('-n', near, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', far);
  for (const [i, netns] of [near, far].entries()) {
    ip('-n', netns, 'address', 'add', `10.78.0.${i + 1}/24`, 'dev', 'cable');
    ip('-n', netns, 'link', 'set', 'cable', 'up');
    ip('-n', netns, 'link', 'set', 'lo', 'up');
  }
}

/** The kernel refuses while a process is still being taken down. */
function remove(): boolean {
  try {
    rmdirSync(cgroup);
    return true;
  } catch {
    return false;
  }
}

interface Throughput {
  /** Gbit/s, and processor time of the tool per second, ms; of all rounds. */
  readonly rate: number[];
  readonly cpu: number[];
}

async function measureThroughput(): Promise<Record<string, Throughput>> {
  const figures = Object.fromEntries(
    Object.keys(tools).map((name): [string, Throughput] => [name, { rate: [], cpu: [] }]),
  );
  for (let round = 1; round <= rounds; round++) {
    say(`iperf3: round ${round} of ${rounds}`);
    for (const [name, words] of Object.entries(tools)) {
      await using tool = words.length > 0 ? start(words, nothing) : undefined;
      if (tool) await setTimeout(SETTLE);
      const before = tool?.cpu() ?? 0;
      figures[name].rate.push(await iperf());
      figures[name].cpu.push(((tool?.cpu() ?? 0) - before) / 1000 / SECONDS);
    }
  }
  return figures;
}

/** As fast as it goes, one connection. @returns Gbit/s that have come */
async function iperf(): Promise<number> {
  const [program, ...args] = counted(...inside(far, 'iperf3', '-s', '-1', '--forceflush'));
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  endWithUs.add(server.pid ?? 0);
  await once(server.stdout, 'data');
  const ended = once(server, 'exit');
  const [client, ...words] = counted(...inside(near, 'iperf3', '-c', '10.78.0.2', '-J', '-t', `${SECONDS}`));
  const answer = spawn(client, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  answer.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await once(answer, 'close');
  server.stdout.resume();
  await ended;
  endWithUs.delete(server.pid ?? 0);
  return JSON.parse(text).end.sum_received.bits_per_second / 1e9;
}

interface Many {
  /** Processor time per interval of 1 s with FLOWS flows, all busy, ms. */
  readonly cpu: number;
  /** Resident memory after the first tenth of MANY flows and after all of them, MB. */
  readonly memory: readonly [number, number];
  readonly peak: number;
}

async function measureMany(): Promise<Many> {
  // what nobody listens to is not answered
  spawnSync('ip', ['-n', far, 'route', 'add', 'blackhole', '10.78.0.2/32', 'table', 'local']);
  const send = (...args: number[]) => {
    const words = counted(...inside(near, process.execPath, '-e', SENDER, ...args.map(String)));
    const child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
    endWithUs.add(child.pid ?? 0);
    return child;
  };
  say(`${FLOWS} flows`);
  let cpu = 0;
  {
    await using tool = start(flowtop('--batch'), nothing);
    await setTimeout(SETTLE);
    const sender = send(100, FLOWS / 100, 1);
    await setTimeout(4000);
    cpu = await perInterval(tool);
    sender.kill('SIGKILL');
    await once(sender, 'exit');
  }
  say(`${MANY} short flows`);
  await using tool = start(flowtop('--batch'), nothing);
  await setTimeout(SETTLE);
  await once(send(2, MANY / 20, 0), 'exit');
  const first = resident(tool);
  await once(send(18, MANY / 20, 0), 'exit');
  await setTimeout(SETTLE);
  return { cpu, memory: [first, resident(tool)], peak: tool.peakMemory() / 2 ** 20 };
}

async function perInterval(tool: Running): Promise<number> {
  const before = tool.cpu();
  const intervals = 8;
  await setTimeout(intervals * 1000);
  return (tool.cpu() - before) / 1000 / intervals;
}

function resident(tool: Running): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', `${tool.process.pid}`], { encoding: 'utf8' });
  return Number(stdout) / 1024;
}

function tell(figures: Record<string, Throughput>, many: Many): void {
  const base = median(figures.untraced.rate);
  console.log(
    `${formatMachine(machine())}\n\n${'iperf3, one connection'.padEnd(26)}Gbit/s   kept   CPU of the tool, ms/s`,
  );
  for (const [name, { rate, cpu }] of Object.entries(figures)) {
    const kept = `${((median(rate) / base) * 100).toFixed(1)} %`;
    const used = name === 'untraced' ? '' : median(cpu).toFixed(1);
    console.log(
      `${name.padEnd(26)}${median(rate).toFixed(2).padStart(6)}${kept.padStart(9)}${used.padStart(10)}`.trimEnd(),
    );
  }
  console.log(`
flowtop with ${FLOWS} busy flows: ${many.cpu.toFixed(0)} ms of CPU per interval of 1 s
memory after ${MANY / 10} and ${MANY} flows: ${many.memory.map((mb) => mb.toFixed(0)).join(' and ')} MB; peak ${many.peak.toFixed(0)} MB

Medians of ${rounds} rounds, in each of which the tools took turns.`);
}
