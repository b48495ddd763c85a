// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOf } from './harness/net/calls.ts';
import { type Net, openNet } from './harness/net/hosts.ts';
import { testPair } from './harness/net/peer.ts';
import { linesOf, observe, observed } from './harness/observe.ts';
import { PATIENCE } from './harness/tool.ts';

let net: Net;
beforeAll(() => {
  net = openNet();
});
afterAll(() => net.close());

const inside = () => ['--netns', net.far.netns];

describe('the table has the columns of bcc', () => {
  it.each([
    [[], 'PID     COMM         IP RADDR            RPORT LADDR            LPORT'],
    [['-T'], 'TIME     PID     COMM         IP RADDR            RPORT LADDR            LPORT'],
    [['-t'], 'TIME(s)  PID     COMM         IP RADDR            RPORT LADDR            LPORT'],
  ])('%j', async (options, expected) => {
    const { client, server } = await testPair(net);
    const listener = await server.listen({ addr: net.far.ipv4, port: 5003 });
    const { stdout } = await observe('tcpaccept', [...inside(), ...options], async () => {
      await client.connect({ addr: net.far.ipv4, port: 5003, from_port: 6003 });
      await server.accept(listener);
    });
    const [head, row, ...more] = linesOf(stdout);
    expect(more).toEqual([]);
    expect(head).toBe(expected);
    expect(head.length).toBeLessThanOrEqual(80);
    const [near, far] = [net.near.ipv4.padEnd(16), net.far.ipv4.padEnd(16)];
    expect(row.slice(head.indexOf('PID'))).toBe(
      `${`${server.pid}`.padEnd(7)} server       4  ${near} 6003  ${far} 5003`,
    );
    await server.close();
  });
});

it('how long a connection waited, and how many still do', async () => {
  const { client, server } = await testPair(net);
  const listener = await server.listen({ addr: net.far.ipv4, backlog: 9 });
  const least: number[] = [];
  const most: number[] = [];
  const rows = await observed('tcpaccept', inside(), async () => {
    const begun: number[] = [];
    const done: number[] = [];
    for (let i = 0; i < 3; i++) {
      begun.push(performance.now());
      const socket = await client.connect(placeOf(listener));
      done.push(performance.now());
      await client.send(socket, 100); // later packets do not count
    }
    for (let i = 0; i < 3; i++) {
      least.push(performance.now() - done[i]);
      await server.accept(listener);
      most.push(performance.now() - begun[i]);
    }
  });
  expect(rows.map(({ backlog, max_backlog }) => [backlog, max_backlog])).toEqual([
    [2, 9],
    [1, 9],
    [0, 9],
  ]);
  for (const [i, { queued }] of rows.entries()) {
    expect(Number(queued) / 1e6).toBeGreaterThan(least[i] - 0.1);
    expect(Number(queued) / 1e6).toBeLessThan(most[i]);
  }
});

it('10,000 short connections, as fast as they come, are all shown', { timeout: PATIENCE }, async () => {
  const times = 10_000;
  const { client, server } = await testPair(net);
  const listener = await server.listen({ addr: net.far.ipv4, backlog: 4096 });
  const rows = await observed('tcpaccept', [...inside(), '--require-complete'], async () => {
    await Promise.all([server.drain(listener, times), client.storm({ ...placeOf(listener), times })]);
  });
  expect(rows).toHaveLength(times);
  expect(rows.filter(({ pid, lport }) => pid !== server.pid || lport !== listener.port)).toEqual([]);
});
