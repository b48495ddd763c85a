import { closeSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { tools as ours } from '../../src/gen/index.ts';
import { openCgroup } from '../cgroup.ts';
import { bpftrace, command, libbpf, present, type Subject } from '../contenders.ts';
import { add, measure } from '../figures.ts';
import type { Part } from '../part.ts';
import { type Running, start } from '../process.ts';
import { inTurn } from '../turns.ts';

const SECONDS = 30;
const subjects: readonly Subject[] = ['execsnoop', 'opensnoop', 'tcplife', 'tcpconnect'];

/** In a network namespace of its own, with an interface for a tool to attach to. */
const withCable = (...words: readonly string[]) => {
  const plug = 'ip link add cable type veth peer name other && ip link set cable up && ip link set other up';
  return ['unshare', '-n', 'sh', '-c', `${plug} && exec "$@"`, 'sh', ...words];
};

/** Those that cannot be started by their name alone. */
const others = (cgroup: string): Readonly<Record<string, readonly string[]>> => ({
  flowtop: [...command, 'flowtop', '--batch', '--cgroup', cgroup],
  pingdrop: withCable(...command, 'pingdrop', 'cable'),
  'xdp-drop': withCable(...command, 'xdp-drop', '--proto', 'icmp', 'cable'),
});

/** All of them at the same time: who does nothing is in nobody's way. */
const part: Part = async ({ rounds, quick }) => {
  const seconds = quick ? 2 : SECONDS;
  const title = 'Idle: what a tool costs while nothing happens';
  const cpu = measure('cpu', 'of a CPU, %', { digits: 3 });
  const waits = measure('waits', 'wake-ups/s', { digits: 1 });
  const memory = measure('memory', 'memory, MB', { digits: 1 });
  await using cgroup = openCgroup();
  const special = others(cgroup.path);
  const own = ours.map(({ name }) => ({ name, words: special[name] ?? [...command, name] }));
  const foreign = [libbpf, bpftrace].flatMap((peer) =>
    subjects
      .filter((subject) => present([peer], subject).length > 0)
      .map((subject) => ({ name: `${subject} of ${peer.name}`, words: peer.command(subject) })),
  );
  const all = [...own, ...foreign];
  const without: Record<string, string> = {};
  /** Whether it runs. @throws Error when one of ours does not */
  const runs = async ({ name, tool }: Started) => {
    try {
      await tool.quiet();
      if (tool.process.exitCode === null) return true;
      throw tool.failure('has ended');
    } catch (error) {
      if (own.some((each) => each.name === name)) throw error;
      without[name] = tool.failure('has ended').message;
      return false;
    }
  };
  const everyone = [{ name: 'all tools', peer: false }];
  await inTurn(title, quick ? 1 : Math.min(rounds, 3), everyone, async () => {
    const nothing = openSync('/dev/null', 'w');
    const running = all.map(({ name, words }) => ({ name, tool: start(words, nothing) }));
    try {
      // some take long to fail
      await Promise.all(running.map(runs));
      const started = await Promise.all(running.map(runs));
      // what was started in a hurry may only now fail
      await setTimeout(quick ? 1000 : 0);
      const idle = running.filter(({ tool }, i) => started[i] && tool.process.exitCode === null);
      const before = idle.map(({ tool }) => figures(tool));
      await setTimeout(seconds * 1000);
      for (const [i, { name, tool }] of idle.entries()) {
        const now = figures(tool);
        add(cpu, name, (now.cpu - before[i].cpu) / seconds / 1e4);
        add(waits, name, (now.waits - before[i].waits) / seconds);
        add(memory, name, tool.memory() / 1e6);
      }
    } finally {
      closeSync(nothing);
      await Promise.all(running.map(({ tool }) => tool[Symbol.asyncDispose]()));
    }
  });
  return [
    {
      part: 'idle',
      title,
      traced: `Nothing that we cause, for ${seconds} s; all tools at the same time.`,
      rows: all.map(({ name }) => name),
      peers: foreign.map(({ name }) => name),
      without,
      measures: [cpu, waits, memory],
      charts: ['cpu'],
    },
  ];
};
export default part;

interface Started {
  readonly name: string;
  readonly tool: Running;
}

const figures = (tool: Running) => ({ cpu: tool.cpu(), waits: tool.waits() });
