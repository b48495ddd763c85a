import { describe, expect, it } from 'vitest';
import { CLOSED_PORT } from './harness/net/faults.ts';
import { bothSides, retransmitted, testPair, within } from './harness/net/sessions.ts';
import { linesOf, observe, observed } from './harness/observe.ts';

describe.each(['ipv4', 'ipv6'] as const)('a session over %s', (family) => {
  it('has a row for each side: process, ends, what went each way to the byte, and how it ended', async () => {
    const { net, client, server, meet } = await testPair(family);
    const [{ near, far }, addr] = [net, family] as const;
    let lport = 0;
    const rows = await observed('tcplife', within(near, far), async (tool) => {
      const ends = await meet();
      lport = ends.near.port;
      await Promise.all([client.send(ends.near, 100_000), server.recv(ends.far, 100_000)]);
      await Promise.all([server.send(ends.far, 1_234_567), client.recv(ends.near, 1_234_567)]);
      await client.closeSocket(ends.near);
      expect(await server.recv(ends.far)).toEqual({ bytes: 0, error: null });
      await server.closeSocket(ends.far);
      await bothSides(tool);
    });
    const ip = family === 'ipv4' ? 4 : 6;
    const common = { type: 'session', ip, reason: 'FIN', partial: false };
    expect(rows).toHaveLength(2);
    expect(rows.find(({ pid }) => pid === client.pid)).toMatchObject({
      ...common,
      ...{ comm: 'client', uid: 1001, tid: client.pid, netns: near.inode, retrans: retransmitted(client.pid) },
      ...{ laddr: near[addr], lport, raddr: far[addr], rport: 5000 },
      ...{ tx_bytes: 100_000, rx_bytes: 1_234_567, role: 'connect', state: 'FIN_WAIT2', closer: 'local' },
    });
    expect(rows.find(({ pid }) => pid === server.pid)).toMatchObject({
      ...common,
      ...{ comm: 'server', uid: 1002, tid: server.pid, netns: far.inode, retrans: retransmitted(server.pid) },
      ...{ laddr: far[addr], lport: 5000, raddr: near[addr], rport: lport },
      ...{ tx_bytes: 1_234_567, rx_bytes: 100_000, role: 'accept', state: 'LAST_ACK', closer: 'remote' },
    });
    for (const { srtt } of rows) expect(srtt).toBeGreaterThan(0);
  });
});

it('tells how long it was established', async () => {
  const { net, client, server, meet } = await testPair();
  let [least, most] = [0, 0];
  const rows = await observed('tcplife', within(net.near, net.far), async (tool) => {
    const before = performance.now();
    const { near, far } = await meet();
    const met = performance.now();
    await client.send(near, 1);
    await server.recv(far, 1);
    least = performance.now() - met;
    await client.closeSocket(near);
    await server.closeSocket(far);
    await bothSides(tool);
    most = performance.now() - before;
  });
  for (const { duration } of rows) {
    expect(Number(duration) / 1e6).toBeGreaterThan(least);
    expect(Number(duration) / 1e6).toBeLessThan(most);
  }
});

it('a connect that fails is none', { tags: 'anywhere' }, async () => {
  const { net, client, server, meet } = await testPair();
  const rows = await observed('tcplife', within(net.near), async (tool) => {
    const { error, fd } = await client.connect({ addr: net.far.ipv4, port: CLOSED_PORT });
    expect(error).toBe('ECONNREFUSED');
    await client.call('close', { fd });
    const { near, far } = await meet();
    await server.closeSocket(far);
    await client.closeSocket(near);
    await tool.stdout.until('"session"');
  });
  expect(rows.map(({ rport }) => rport)).toEqual([5000]);
});

it('the table has the columns of bcc, -w makes room, and -s writes CSV', { tags: 'anywhere' }, async () => {
  const { net, client, server, meet } = await testPair('ipv6');
  const table = async (...args: readonly string[]) => {
    const { stdout } = await observe('tcplife', [...within(net.near), ...args], async (tool) => {
      const { near, far } = await meet({ from_port: 6000 });
      await Promise.all([client.send(near, 5000), server.recv(far, 5000)]);
      await server.reset(far);
      await client.recv(near);
      await client.closeSocket(near);
      await tool.stdout.until(/\n.*client.*\n/);
    });
    return linesOf(stdout).map((line) => line.replace(/\d+\.\d\d$/, 'N'));
  };
  const [pid, near, far] = [`${client.pid}`, net.near.ipv6, net.far.ipv6];
  expect(await table()).toEqual([
    'PID     COMM       LADDR           LPORT RADDR           RPORT TX_KB RX_KB MS',
    `${pid.padEnd(7)} client     ${near.padEnd(15)} 6000  ${far.padEnd(15)} 5000      4     0 N`,
  ]);
  expect(await table('-w')).toEqual([
    `PID     COMM             IP ${'LADDR'.padEnd(39)} LPORT ${'RADDR'.padEnd(39)} RPORT TX_KB RX_KB MS`,
    `${pid.padEnd(7)} client           6  ${near.padEnd(39)} 6000  ${far.padEnd(39)} 5000      4     0 N`,
  ]);
  expect(await table('-s', '--columns', 'pid,comm,laddr,lport,raddr,rport,tx_bytes')).toEqual([
    'pid,comm,laddr,lport,raddr,rport,tx_bytes',
    `${pid},client,${near},6000,${far},5000,5000`,
  ]);
});
