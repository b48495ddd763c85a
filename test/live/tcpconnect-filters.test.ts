// @module-tag anywhere
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { CLOSED_PORT } from './harness/net/faults.ts';
import { type Net, openNet } from './harness/net/hosts.ts';
import { openPeer, type Peer } from './harness/net/peer.ts';
import { observed } from './harness/observe.ts';
import { PROMPT, run, start } from './harness/tool.ts';

let net: Net;
let client: Peer;
let neighbour: Peer;
let server: Peer;
beforeAll(async () => {
  net = openNet();
  client = await openPeer(net.near, { comm: 'client', uid: 1001 });
  neighbour = await openPeer(net.near, { comm: 'neighbour' });
  server = await openPeer(net.far);
  for (const addr of [net.far.ipv4, net.far.ipv6]) {
    for (const port of [80, 8080]) await server.listen({ addr, port });
  }
});
afterAll(async () => {
  for (const peer of [client, neighbour, server]) await peer.close();
  net.close();
});

/** Who connected to where, of: two processes, each to both ports over both families; and one that is refused. */
async function shown(...args: readonly string[]): Promise<string[]> {
  const rows = await observed('tcpconnect', ['--netns', net.near.netns, ...args], async () => {
    for (const peer of [client, neighbour]) {
      for (const addr of [net.far.ipv4, net.far.ipv6]) {
        for (const port of [80, 8080]) await peer.closeSocket(await peer.connect({ addr, port }));
      }
    }
    await client.connect({ addr: net.far.ipv4, port: CLOSED_PORT });
  });
  return rows.map(({ comm, ip, rport }) => `${comm} ${ip} ${rport}`);
}

const both = (...ends: readonly string[]) =>
  ['client', 'neighbour'].flatMap((comm) => ends.map((end) => `${comm} ${end}`));
const refused = `client 4 ${CLOSED_PORT}`;

it('one process', async () => {
  expect(await shown('-p', `${client.pid}`)).toEqual([
    ...both('4 80', '4 8080', '6 80', '6 8080').slice(0, 4),
    refused,
  ]);
});

it('one user', async () => {
  expect(await shown('-u', '1001')).toEqual([...both('4 80', '4 8080', '6 80', '6 8080').slice(0, 4), refused]);
  expect(await shown('-u', '1001', '-P', '80', '-6')).toEqual(['client 6 80']);
});

it.each([
  [['-P', '80'], both('4 80', '6 80')],
  [['--port=1-79,8000-8100'], [...both('4 8080', '6 8080'), refused]],
  [['-4', '-P', '80'], both('4 80')],
  [['-6', '-P', '80'], both('6 80')],
])('%j', async (args, expected) => {
  expect(await shown(...args)).toEqual(expected);
});

it('remote networks', async () => {
  expect(await shown('--raddr', `${net.far.ipv4}/31,2001:db8::/32`, '-P', '80')).toEqual(both('4 80'));
  expect(await shown('--raddr', 'fd77::/16', '-P', '80')).toEqual(both('6 80'));
});

it('local networks', async () => {
  expect(await shown('--laddr', net.near.ipv6, '-P', '8080')).toEqual(both('6 8080'));
  expect(await shown('--laddr', net.far.ipv6)).toEqual([]);
});

it('-x: only those that failed', async () => {
  expect(await shown('-x')).toEqual([refused]);
});

it('another namespace', async () => {
  const rows = await observed('tcpconnect', ['--netns', net.far.netns], () =>
    client.connect({ addr: net.far.ipv4, port: 80 }),
  );
  expect(rows).toEqual([]);
});

it('a cgroup', async () => {
  const [{ path, directory }] = testCgroup();
  const peer = await openPeer(net.near, { comm: 'inside' });
  writeFileSync(`${directory}/cgroup.procs`, `${peer.pid}`);
  const rows = await observed('tcpconnect', ['--cgroup', path], async () => {
    await client.connect({ addr: net.far.ipv4, port: 80 });
    await peer.connect({ addr: net.far.ipv4, port: 80 });
  });
  await peer.close();
  expect(rows.map(({ comm }) => comm)).toEqual(['inside']);
});

it('a process that does not exist yet is waited for, and that is said', async () => {
  const { stderr } = await run(['tcpconnect', '-p', '4194304', '--duration', '1ms']);
  expect(stderr).toContain('tcpconnect: there is no process 4194304 yet: waiting for it\n');
});

it.each([
  [['-P', '0'], 'tcpconnect: --port: "0" is no port or range of ports'],
  [['-P', '80-79'], 'tcpconnect: --port: "80-79" is no port or range of ports'],
  [['-P', '65536'], 'tcpconnect: --port: "65536" is no port or range of ports'],
  [['--raddr', '10.0.0.0/33'], 'tcpconnect: --raddr: "10.0.0.0/33" is no address and no network'],
  [['--min-ms', '-1'], 'tcpconnect: --min-ms: "-1" is no number of milliseconds'],
  [['--min-ms', 'soon'], 'tcpconnect: --min-ms: "soon" is no number of milliseconds'],
  [['-p', '0'], 'tcpconnect: process id: "0" is less than 1'],
  [['-c', '--max-counts', '0'], 'tcpconnect: --max-counts: "0" is less than 1'],
  [['--netns', '/nowhere'], 'tcpconnect: no network namespace "/nowhere"'],
])('%j is refused in a line', async (args, said) => {
  const { status, stdout, stderr } = await run(['tcpconnect', ...args]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.split('\n')[0]).toBe(said);
});

it('ends at once, whatever it has asked for', async () => {
  const tool = start(['tcpconnect', '-d', '--resolve', '--ready-fd', '3', '--netns', net.near.netns]);
  await tool.ready;
  // names of these are asked for, and nobody answers
  for (const addr of [net.far.ipv4, net.far.ipv6]) await client.connect({ addr, port: 80 });
  await tool.stdout.until(net.far.ipv6);
  const { status, took } = await tool.stop();
  expect(status).toBe(0);
  expect(took).toBeLessThan(PROMPT);
});
