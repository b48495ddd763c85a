// @module-tag anywhere
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { ToolName } from '../../src/registry.ts';
import { testFolder } from './harness/folder.ts';
import { cut, filterPort } from './harness/net/faults.ts';
import { type Host, testNet } from './harness/net/hosts.ts';
import { openPeer, type Peer, testPeer } from './harness/net/peer.ts';
import { expectNoOrphans, observed, type Row, recordsOf } from './harness/observe.ts';
import { command, PATIENCE } from './harness/tool.ts';

/** As /proc/net/tcp has it. */
const PORT_5000 = ':1388 ';

/** What a tool shows of a process, and of a child that it has from then on, while both do something. */
type Watch = (tool: ToolName, host: Host, cause: (parent: Peer, child: Peer) => Promise<unknown>) => Promise<Row[]>;

const asCommand: Watch = async (tool, host, cause) => {
  const file = `${testFolder()}/rows`;
  const under = [process.execPath, command, tool, '--json', '-o', file, '--'];
  {
    await using parent = await openPeer(host, { comm: 'parent', under });
    await cause(parent, await parent.fork('child'));
  }
  await expectNoOrphans();
  return recordsOf(readFileSync(file, 'utf8')).slice(0, -1);
};

const followed: Watch = async (tool, host, cause) => {
  const root = await testPeer(host, { comm: 'root' });
  const parent = await root.fork('parent');
  return observed(tool, ['--pid', `${root.pid}`, '--follow'], async () => cause(parent, await parent.fork('child')));
};

describe.each([
  ['-- COMMAND', asCommand],
  ['--pid PID --follow', followed],
] as const)('%s', (_, watch) => {
  it('tcpaccept: who accepts', async () => {
    const { near, far } = testNet();
    const [client, neighbour] = [await testPeer(near), await testPeer(far, { comm: 'neighbour' })];
    const rows = await watch('tcpaccept', far, async (...peers) => {
      for (const [i, server] of [...peers, neighbour].entries()) {
        const listener = await server.listen({ addr: far.ipv4, port: 5000 + i });
        await client.connect({ addr: far.ipv4, port: 5000 + i });
        await server.accept(listener);
      }
    });
    expect(rows.map(({ comm, lport, raddr }) => [comm, lport, raddr])).toEqual([
      ['parent', 5000, near.ipv4],
      ['child', 5001, near.ipv4],
    ]);
  });

  it('tcpconnect, tcpstates and tcplife: who connects', async () => {
    const { near, far } = testNet();
    const [server, neighbour] = [await testPeer(far), await testPeer(near, { comm: 'neighbour' })];
    const listener = await server.listen({ addr: far.ipv4, port: 5000 });
    let from_port = 6000;
    /** Both, and a neighbour, connect, and close after the other side. */
    const sessions = async (...peers: readonly Peer[]) => {
      for (const client of [...peers, neighbour]) {
        const socket = await client.connect({ addr: far.ipv4, port: 5000, from_port: from_port++ });
        const accepted = await server.accept(listener);
        await server.closeSocket(accepted);
        await client.recv(socket);
        await client.closeSocket(socket);
      }
      await vi.waitFor(() => expect(near.run('cat', '/proc/net/tcp')).not.toContain(PORT_5000), { timeout: PATIENCE });
    };
    const seen = async (tool: ToolName, column: string) =>
      (await watch(tool, near, sessions)).map((row) => [row.comm, row.lport, row[column]]);
    expect(await seen('tcpconnect', 'result')).toEqual([
      ['parent', 6000, 'established'],
      ['child', 6001, 'established'],
    ]);
    const states = ['SYN_SENT', 'ESTABLISHED', 'CLOSE_WAIT', 'LAST_ACK', 'CLOSE'];
    expect(await seen('tcpstates', 'newstate')).toEqual([
      ...states.map((state) => ['parent', 6003, state]),
      ...states.map((state) => ['child', 6004, state]),
    ]);
    expect(await seen('tcplife', 'rport')).toEqual([
      ['parent', 6006, 5000],
      ['child', 6007, 5000],
    ]);
  });

  it('tcpretrans: whose packets are sent again', async () => {
    const net = testNet();
    const neighbour = await testPeer(net.near, { comm: 'neighbour' });
    cut(net, 'near');
    const rows = await watch('tcpretrans', net.near, async (...peers) => {
      const waiting = [];
      for (const [i, peer] of [...peers, neighbour].entries()) {
        const vain = { addr: net.far.ipv4, port: 5000, from_port: 6000 + i, user_timeout: 1500, nonblock: true };
        waiting.push([peer, await peer.connect(vain)] as const);
      }
      for (const [peer, socket] of waiting) await peer.connected(socket);
    });
    // their timers end in no order
    const resent = rows.map(({ lport, comm, cause, state }) => [lport, comm, cause, state].join(' '));
    expect(resent.toSorted()).toEqual(['6000 parent syn SYN_SENT', '6001 child syn SYN_SENT']);
  });

  it('tcpdrop: whose packets are dropped', async () => {
    const { near, far } = testNet();
    const neighbour = await testPeer(near, { comm: 'neighbour' });
    filterPort(near, 5000, '', 'output');
    const rows = await watch('tcpdrop', near, async (...peers) => {
      for (const [i, client] of [...peers, neighbour].entries()) {
        const socket = await client.connect({ addr: far.ipv4, port: 5000, from_port: 6000 + i, nonblock: true });
        await client.reset(socket);
      }
    });
    expect(rows.map(({ comm, sport, flags }) => [comm, sport, flags])).toEqual([
      ['parent', 6000, 'SYN'],
      ['child', 6001, 'SYN'],
    ]);
  });
});
