// @module-tag anywhere
import { release } from 'node:os';
import { expect, it, vi } from 'vitest';
import { isBefore } from '../vm/plans.ts';
import type { Info, Socket } from './harness/net/calls.ts';
import { cut, mend } from './harness/net/faults.ts';
import { type Net, testNet } from './harness/net/hosts.ts';
import { type Peer, testPeer } from './harness/net/peer.ts';
import { linesOf, observe, observed } from './harness/observe.ts';
import { PATIENCE } from './harness/tool.ts';

/** Two connections, to ports 5000 and 5001. */
async function connections(net: Net) {
  const client = await testPeer(net.near, { comm: 'client' });
  const server = await testPeer(net.far);
  const made = [];
  for (const port of [5000, 5001]) {
    const listener = await server.listen({ addr: net.far.ipv4, port });
    const near = await client.connect({ addr: net.far.ipv4, port, from_port: port + 1000 });
    made.push({ near, far: await server.accept(listener) });
  }
  return { client, server, made };
}

const waitFor = (peer: Peer, socket: Socket, good: (info: Info) => boolean) =>
  vi.waitFor(async () => expect(await peer.info(socket)).toSatisfy(good), { timeout: PATIENCE, interval: 20 });

it('-c: as many as the kernel has counted itself, for each connection', async () => {
  const net = testNet();
  const { client, server, made } = await connections(net);
  const [many, few] = made;
  const counted: number[] = [];
  const { stdout } = await observe('tcpretrans', ['-c', '--netns', net.near.netns], async () => {
    cut(net, 'near');
    await client.send(many.near, 1);
    await waitFor(client, many.near, ({ total_retrans }) => total_retrans >= 3);
    await client.send(few.near, 1);
    await waitFor(client, few.near, ({ total_retrans }) => total_retrans >= 1);
    mend(net, 'near');
    for (const { near, far } of made) {
      await server.recv(far, 1);
      await waitFor(client, near, ({ unacked }) => unacked === 0);
      counted.push((await client.info(near)).total_retrans);
    }
  });
  const end = (addr: string, port: number) => `${addr}:${port}`.padEnd(20);
  const row = (port: number, count: number) => `${end(net.near.ipv4, port + 1000)} ${end(net.far.ipv4, port)} ${count}`;
  expect(linesOf(stdout)).toEqual([
    `${'LADDR:LPORT'.padEnd(20)} ${'RADDR:RPORT'.padEnd(20)} RETRANSMITS`,
    row(5000, counted[0]),
    row(5001, counted[1]),
  ]);
});

it.skipIf(isBefore(process.env.EBPF_KIT_VM ?? release(), '6.18'))('-x: what could not be sent, and why', async () => {
  const net = testNet();
  const { client, server, made } = await connections(net);
  const [{ near, far }] = made;
  const cause = async (until: (lost: string) => Promise<unknown>) => {
    cut(net, 'near');
    await client.send(near, 4);
    net.near.ip('route', 'add', 'blackhole', net.far.ipv4);
    await until('"error":"EHOSTUNREACH"');
    net.near.ip('route', 'delete', 'blackhole', net.far.ipv4);
    mend(net, 'near');
    await server.recv(far, 4);
  };
  const rows = await observed('tcpretrans', ['-x', '--netns', net.near.netns], (tool) =>
    cause((text) => tool.stdout.until(text)),
  );
  const failed = rows.filter(({ error }) => error === 'EHOSTUNREACH');
  expect(failed[0]).toMatchObject({ ret: -113, lport: near.port, rport: 5000, length: 4, pid: client.pid });
  const total = (await client.info(near)).total_retrans;
  expect(rows.filter(({ ret }) => ret === 0)).toHaveLength(total);
  const usual = await observed('tcpretrans', ['--netns', net.near.netns], () =>
    cause(() => waitForTimeout(client, near)),
  );
  expect(usual.map(({ ret }) => ret)).toEqual(usual.map(() => 0));
});

const waitForTimeout = (peer: Peer, socket: Socket) =>
  waitFor(peer, socket, ({ retransmits, backoff }) => retransmits + backoff >= 1);

it('--stack: the functions that led to it', async () => {
  const net = testNet();
  const client = await testPeer(net.near);
  const connect = async () => {
    cut(net, 'near');
    await client.connect({ addr: net.far.ipv4, port: 5000, user_timeout: 1500 });
  };
  const [row] = await observed('tcpretrans', ['--stack', '--netns', net.near.netns], connect);
  expect(row.stack).toEqual(expect.arrayContaining([expect.stringMatching(/^tcp_write_timer\b/)]));
  expect((row.stack as string[])[0]).toMatch(/^(__)?tcp_retransmit_skb\b/);
});
