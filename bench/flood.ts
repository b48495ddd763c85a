// `npm run bench -- flood`: a flood between two network namespaces, dropped by xdp-drop, xdp-filter, nftables and
// iptables, and what lists of many networks take to load. run.mjs starts it in a mount namespace of its own, with which
// the namespaces, and all pins, vanish. Its one argument is that of compare.ts.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { say } from '../scripts/lib/run.mjs';
import { type Dropper, droppersOf } from './flood/droppers.ts';
import { blockList, FRAMES, floodFrames, LEGITIMATE, RECEIVER } from './flood/lists.ts';
import { loadingOf } from './flood/loading.ts';
import { type Figures, tell } from './flood/tell.ts';
import { machine } from './machine.ts';
import { endWithUs } from './process.ts';

const { rounds, json, quick }: { readonly rounds: number; readonly json: boolean; readonly quick?: boolean } =
  JSON.parse(process.argv[2]);
const SENT = quick ? 2 ** 15 : 2 ** 21;
/** Those of them that are from networks of the list. */
const LISTED = (SENT / FRAMES) * (FRAMES - LEGITIMATE);
/** Of networks. */
const LISTS = quick ? [1] : [1, 1_000, 100_000];
const [near, far] = ['near', 'far'];
const DEV = 'cable';
const built = (path: string) => fileURLToPath(new URL(`../dist/test/${path}`, import.meta.url));
const into = (netns: string, ...words: readonly string[]) => ['nsenter', `--net=/run/netns/${netns}`, ...words];
const run = ([program, ...args]: readonly string[], input: string | Buffer = '') =>
  execFileSync(program, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });
const inside = (words: readonly string[], input?: string) => run(into(near, ...words), input);

const mac = plug();
const hosts = { from: '10.79.0.2', to: '10.79.0.1', mac };
const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-flood-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const receiver = await startReceiver();
const droppers = droppersOf(inside, join(folder, 'list'), DEV);
const figures = new Map<string, Figures[]>();
try {
  for (const count of LISTS) {
    const list = blockList(count);
    const frames = floodFrames(list, hosts);
    for (let round = 1; round <= rounds; round++) {
      say(`flood from ${count}: round ${round} of ${rounds}`);
      for (const dropper of droppers.filter(({ takes }) => takes?.(list) ?? true)) {
        const key = `${dropper.name}/${count}`;
        figures.set(key, [...(figures.get(key) ?? []), await measure(dropper, list, frames)]);
      }
    }
  }
  const loading = loadingOf(inside, folder, DEV, rounds, quick ? 1000 : 100_000);
  const names = droppers.map(({ name }) => name);
  if (json)
    console.log(
      JSON.stringify({ machine: machine(), rounds, sent: SENT, flood: Object.fromEntries(figures), loading }),
    );
  else tell({ names, lists: LISTS, figures, loading, rounds, sent: SENT });
} finally {
  receiver.end();
}

/** @returns the MAC address at which the flood comes in */
function plug(): string {
  for (const netns of [near, far]) run(['ip', 'netns', 'add', netns]);
  run(['ip', '-n', near, 'link', 'add', DEV, 'type', 'veth', 'peer', 'name', DEV, 'netns', far]);
  for (const [i, netns] of [near, far].entries()) {
    run(['ip', '-n', netns, 'address', 'add', `10.79.0.${i + 1}/24`, 'dev', DEV]);
    run(['ip', '-n', netns, 'link', 'set', DEV, 'up']);
    // the cable takes frames from test runs only where one end reads them as a driver does
    run(into(netns, 'ethtool', '-K', DEV, 'gro', 'on'));
  }
  // answers to those in the lists go nowhere
  run(['ip', '-n', near, 'route', 'add', 'blackhole', 'default']);
  const [link] = JSON.parse(run(['ip', '-n', near, '-j', 'link', 'show', DEV]));
  return link.address;
}

async function startReceiver() {
  const [program, ...args] = into(near, process.execPath, '-e', RECEIVER, hosts.from);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  endWithUs.add(child.pid ?? 0);
  await once(child.stdout, 'data');
  return {
    async count(): Promise<number> {
      // what waits in its socket is read meanwhile
      await setTimeout(100);
      child.stdin.write('\n');
      const [text] = await once(child.stdout, 'data');
      return Number(text);
    },
    end: () => child.stdin.end(),
  };
}

async function measure(dropper: Dropper, list: readonly string[], frames: Buffer): Promise<Figures> {
  dropper.begin(list);
  try {
    const before = softirqTime();
    const said = run(into(far, built('flood'), built('bpf/flood.bpf.o'), DEV, `${SENT}`), frames);
    const softirq = (softirqTime() - before) / SENT;
    const cpu = Number(said.split(' ')[0]) / SENT;
    const legitimate = (await receiver.count()) / ((SENT / FRAMES) * LEGITIMATE);
    const dropped = dropper.dropped();
    if (dropped !== LISTED && dropper !== droppers[0]) say(`${dropper.name}: dropped ${dropped} of ${LISTED}`);
    return { cpu, softirq, legitimate, dropped };
  } finally {
    dropper.end();
  }
}

/** Of the first CPU so far, ns: ticks of 10 ms. */
function softirqTime(): number {
  const [, text = ''] = /^cpu0 (.*)$/m.exec(readFileSync('/proc/stat', 'utf8')) ?? [];
  return Number(text.split(' ')[6]) * 1e7;
}
