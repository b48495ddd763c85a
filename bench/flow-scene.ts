import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Cgroup, openCgroup } from './cgroup.ts';
import { endWithUs } from './process.ts';

/** Where flows go: the address of the far side. */
export const FAR = '10.78.0.2';
export const NOTHING = openSync('/dev/null', 'w');

/** Two network namespaces with a cable between them, and a cgroup. */
export interface FlowScene extends AsyncDisposable {
  readonly near: string;
  readonly far: string;
  readonly cgroup: Cgroup;
  /** Words that start flowtop on that cgroup. */
  flowtop(...args: readonly string[]): string[];
  /** Runs a command in a namespace and in the cgroup; it ends with the benchmark. */
  run(netns: string, words: readonly string[], stdout: 'pipe' | 'ignore'): ChildProcess;
}

const command = fileURLToPath(new URL('../bin/ebpf-kit.js', import.meta.url));
const ip = (...args: string[]) => execFileSync('ip', args);

/** Words that make a command run in a network namespace. */
export const inside = (netns: string, ...words: string[]) => ['ip', 'netns', 'exec', netns, ...words];

export function openFlowScene(): FlowScene {
  const [near, far] = ['near', 'far'].map((side) => `ebpf-kit-bench-${process.pid}-${side}`);
  ip('netns', 'add', near);
  ip('netns', 'add', far);
  ip('-n', near, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', far);
  for (const [i, netns] of [near, far].entries()) {
    ip('-n', netns, 'address', 'add', `10.78.0.${i + 1}/24`, 'dev', 'cable');
    ip('-n', netns, 'link', 'set', 'cable', 'up');
    ip('-n', netns, 'link', 'set', 'lo', 'up');
  }
  const cgroup = openCgroup();
  return {
    near,
    far,
    cgroup,
    flowtop: (...args) => [process.execPath, command, 'flowtop', '--cgroup', cgroup.path, ...args],
    run(netns, words, stdout) {
      const [program, ...args] = [
        ...['sh', '-c', `echo $$ > ${cgroup.path}/cgroup.procs; exec "$@"`, 'sh'],
        ...inside(netns, ...words),
      ];
      const child = spawn(program, args, { stdio: ['ignore', stdout, 'inherit'] });
      const pid = child.pid ?? 0;
      endWithUs.add(pid);
      child.once('exit', () => endWithUs.delete(pid));
      return child;
    },
    async [Symbol.asyncDispose]() {
      for (const pid of endWithUs) kill(pid);
      await cgroup[Symbol.asyncDispose]();
      for (const netns of [near, far]) ip('netns', 'delete', netns);
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

/** From now on, what comes to the far side is dropped: nobody listens, and nobody answers. */
export function swallow({ far }: FlowScene): void {
  spawnSync('ip', ['-n', far, 'route', 'add', 'blackhole', `${FAR}/32`, 'table', 'local']);
}

/** Sends a datagram from each of so many sockets to each of so many ports: over and over, or once, by new sockets. */
const SENDER = `
  const { createSocket } = require('node:dgram');
  const [sockets, ports, again] = process.argv.slice(1).map(Number);
  const data = Buffer.alloc(100);
  const open = () => createSocket({ type: 'udp4', lookup: (name, _, done) => done(null, name, 4) }).on('error', () => {});
  (async () => {
    const all = again ? Array.from({ length: sockets }, open) : [];
    do {
      const begun = Date.now();
      for (let i = 0; i < sockets; i++) {
        const socket = again ? all[i] : open();
        for (let port = 1; port <= ports; port++) {
          const sent = new Promise((done) => socket.send(data, port, '${FAR}', done));
          if (port === 1 || port % 64 === 0 || port === ports) await sent;
        }
        if (!again) socket.close();
      }
      if (again) await new Promise((done) => setTimeout(done, Math.max(0, 500 - (Date.now() - begun))));
    } while (again);
  })();`;

/** @param again over and over, until it is killed */
export const sendFlows = (scene: FlowScene, sockets: number, ports: number, again: boolean): ChildProcess =>
  scene.run(scene.near, [process.execPath, '-e', SENDER, ...[sockets, ports, Number(again)].map(String)], 'ignore');
