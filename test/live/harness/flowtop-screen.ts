import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { testCgroup } from './cgroup.ts';
import { type Peer, testPeer } from './net/peer.ts';
import { openTerminal, type Terminal, type TerminalOptions } from './terminal.ts';
import { runOn } from './terminal-run.ts';
import { command } from './tool.ts';

const HERE = '127.0.0.1';

/** Sends `times` datagrams of 1000 bytes. */
type Sends = (peer: Peer, port: number, times: number) => Promise<void>;

/** Processes in a cgroup of their own, and a terminal on which flowtop shows what they send to each other. */
export async function openWorld(options: TerminalOptions & { readonly words?: string } = {}) {
  const [group] = testCgroup();
  const member = async (comm: string) => {
    const peer = await testPeer(undefined, { comm });
    writeFileSync(`${group.directory}/cgroup.procs`, `${peer.pid}`);
    return peer;
  };
  const sink = await member('sink');
  const sends: Sends = async (peer, port, times) => {
    const socket = await peer.bind({ addr: HERE });
    await peer.sendTo(socket, { addr: HERE, port }, 1000, times);
  };
  const [one, two] = [await sink.bind({ addr: HERE }), await sink.bind({ addr: HERE })];
  const words = `--cgroup ${group.path} --loopback -i 200ms --idle --sort tx_bytes ${options.words ?? ''}`;
  const terminal = await openTerminal({ columns: 132, ...options });
  return { terminal, member, sends, one, two, words, flowtop: `${process.execPath} ${command} flowtop ${words}` };
}

/** flowtop on the screen, with what alpha (3000 bytes) and beta (1000 bytes) have sent. */
export async function openFlowtop(options?: TerminalOptions & { readonly words?: string }) {
  const world = await openWorld(options);
  const { terminal, member, sends, one, two, flowtop } = world;
  const running = await runOn(terminal, flowtop, /^flowtop \d\d:/);
  const [alpha, beta] = [await member('alpha'), await member('beta')];
  await sends(alpha, one.port, 3);
  await sends(beta, two.port, 1);
  return { ...world, alpha, beta, running };
}

/** In which order these words begin the second column, that of the command names. */
const order = (lines: readonly string[]) =>
  lines.flatMap((text) => /^\d+ +(alpha|beta|gamma|sink)\b/.exec(text)?.[1] ?? []).filter((name) => name !== 'sink');

export const shows =
  (...names: readonly string[]) =>
  (lines: readonly string[]) =>
    `${order(lines)}` === `${names}`;

export const quit = async (terminal: Terminal, running: { ended(): Promise<readonly string[]> }) => {
  await terminal.press('q');
  const lines = await running.ended();
  expect(lines.join('\n')).toMatch(/^flowtop: \d+\.\d s, none lost\nstatus 0$/m);
  expect(lines.join('\n')).not.toMatch(/alpha|RECENT/);
};
