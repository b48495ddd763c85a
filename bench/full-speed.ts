import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { FAR, type FlowScene } from './flow-scene.ts';

/** The client on the first processor, the server on the last one: where they are matters more than any tool. */
const LAST_CPU = Number(execFileSync('nproc', ['--all'], { encoding: 'utf8' })) - 1;
const pinned = (cpu: number) => ['taskset', '-c', `${cpu}`];
/** Until the connection's windows have grown, ms. */
const GROWING = 2000;
/** So often is looked in a window. */
const LOOKS = 5;

/** What the connection carries. */
export interface Carried {
  /** Gbit/s, on the wire. */
  readonly rate: number;
  /** Processor time of both ends for each gigabyte, ms: packets that are handled while one of them runs count as its own. */
  readonly effort: number;
}

/** iperf3, as fast as it goes. */
export interface FullSpeed extends AsyncDisposable {
  /**
   * Looks for so long, ms. The fastest part of it counts, and the one with the least effort: whatever else happens here,
   * or on the same hardware outside of a virtual machine, can only slow it down.
   */
  watch(time: number): Promise<Carried>;
}

/**
 * One connection that is there all the time. Each new one finds another pace, by where its windows stop growing and on
 * which processor its packets come to be handled: two of them differ by a third, but one of them hardly from itself.
 */
export async function openFullSpeed(scene: FlowScene): Promise<FullSpeed> {
  const server = scene.run(scene.far, [...pinned(LAST_CPU), 'iperf3', '-s', '-1', '--forceflush'], 'pipe');
  const listens = server.stdout && once(server.stdout, 'data');
  await listens;
  server.stdout?.resume();
  const client = scene.run(scene.near, [...pinned(0), 'iperf3', '-c', FAR, '-t', '0', '-i', '0'], 'ignore');
  await setTimeout(GROWING);
  const look = () => ({ time: performance.now(), bytes: received(server.pid ?? 0), used: scene.cgroup.cpu() / 1e3 });
  return {
    async watch(time) {
      const best = { rate: 0, effort: Infinity };
      for (let i = 0; i < LOOKS; i++) {
        const before = look();
        await setTimeout(time / LOOKS);
        const after = look();
        const bytes = after.bytes - before.bytes;
        best.rate = Math.max(best.rate, (bytes * 8) / (after.time - before.time) / 1e6);
        best.effort = Math.min(best.effort, (after.used - before.used) / (bytes / 1e9));
      }
      return best;
    },
    async [Symbol.asyncDispose]() {
      // it would complain
      server.kill('SIGSTOP');
      for (const each of [client, server]) {
        if (each.exitCode !== null || each.signalCode !== null) continue;
        const ended = once(each, 'exit');
        each.kill('SIGKILL');
        await ended;
      }
    },
  };
}

/** Bytes that have come by the cable, where a process is. */
const received = (pid: number) => Number(/cable: *(\d+)/.exec(readFileSync(`/proc/${pid}/net/dev`, 'utf8'))?.[1]);
