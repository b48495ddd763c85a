// @module-tag anywhere
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { capture } from './harness/capture.ts';
import { nameServer, query, reply, wireName } from './harness/net/dns.ts';
import { CLOSED_PORT } from './harness/net/faults.ts';
import { type Net, testNet } from './harness/net/hosts.ts';
import { type Peer, testPeer } from './harness/net/peer.ts';
import { linesOf, observe, observed, recordsOf } from './harness/observe.ts';
import { command, start } from './harness/tool.ts';

/** Two connects to each of these ports, and one more to nobody. */
async function some(net: Net, client: Peer, ports: readonly number[]): Promise<void> {
  for (const port of [...ports, ...ports]) {
    await client.closeSocket(await client.connect({ addr: net.far.ipv4, port }));
  }
  await client.connect({ addr: net.far.ipv4, port: CLOSED_PORT, from: net.near.ipv4, from_port: 4077 });
}

async function listeners(net: Net): Promise<number[]> {
  const server = await testPeer(net.far);
  const all = [await server.listen({ addr: net.far.ipv4 }), await server.listen({ addr: net.far.ipv4 })];
  return all.map(({ port }) => port).sort((a, b) => a - b);
}

it('-c: connects by destination, the most first, and nothing before the end', async () => {
  const net = testNet();
  const client = await testPeer(net.near);
  const [port] = await listeners(net);
  const { stdout, stderr } = await observe('tcpconnect', ['-c', '--netns', net.near.netns], async (tool) => {
    await some(net, client, [port]);
    expect(tool.stdout.text.split('\n')).toHaveLength(2);
  });
  expect(linesOf(stdout).map((line) => line.trim().split(/ +/))).toEqual([
    ['LADDR', 'RADDR', 'RPORT', 'CONNECTS'],
    [net.near.ipv4, net.far.ipv4, `${port}`, '2'],
    [net.near.ipv4, net.far.ipv4, `${CLOSED_PORT}`, '1'],
  ]);
  expect(stderr).toMatch(/^tcpconnect: 2 rows in \d+\.\d s, none lost$/m);
});

it('-c -L --json: by local port, too; a summary ends it', async () => {
  const net = testNet();
  const client = await testPeer(net.near);
  const { stdout } = await observe('tcpconnect', ['-cL', '--json', '--netns', net.near.netns], () =>
    some(net, client, []),
  );
  const ends = { laddr: net.near.ipv4, lport: 4077, raddr: net.far.ipv4, rport: CLOSED_PORT };
  expect(recordsOf(stdout)).toEqual([
    { v: 1, type: 'connects', ...ends, connects: 1 },
    { v: 1, type: 'summary', events: 1, lost: 0, duration_ms: expect.any(Number) },
  ]);
});

it('-c: columns, a filter and a limit are those of the counts', async () => {
  const net = testNet();
  const client = await testPeer(net.near);
  const ports = await listeners(net);
  const counted = (...args: string[]) =>
    observed('tcpconnect', ['-c', '--netns', net.near.netns, ...args], () => some(net, client, ports));
  const rows = await counted('--columns', 'rport,connects', '--filter', 'connects > 1');
  const two = ports.map((rport) => ({ v: 1, type: 'connects', rport, connects: 2 }));
  expect(rows.toSorted((a, b) => Number(a.rport) - Number(b.rport))).toEqual(two);
  expect(await counted('--max-events', '1')).toEqual([expect.objectContaining({ connects: 2 })]);
  expect(await counted('-x')).toEqual([expect.objectContaining({ rport: CLOSED_PORT, connects: 1 })]);
});

it('-c -d: names are not counted', async () => {
  const net = testNet();
  const client = await testPeer(net.near);
  await nameServer('127.53.0.3', (message) => reply(message, []));
  const asking = await testPeer(undefined);
  const rows = await observed('tcpconnect', ['-c', '-d', '-P', `${CLOSED_PORT}`], async () => {
    await asking.exchange({ addr: '127.53.0.3', port: 53 }, query(wireName('www')));
    await some(net, client, []);
  });
  expect(rows).toEqual([expect.objectContaining({ type: 'connects', rport: CLOSED_PORT, connects: 1 })]);
});

it('-c: 10,000 short connects, exactly', async () => {
  const net = testNet();
  const client = await testPeer(net.near);
  const addr = net.near.ipv6;
  const { port, fd } = await client.listen({ addr });
  const args = ['-c', '--netns', net.near.netns, '--require-complete'];
  const rows = await observed('tcpconnect', args, () => client.storm({ addr, port, accept_from: fd, times: 10_000 }));
  expect(rows).toEqual([{ v: 1, type: 'connects', laddr: addr, raddr: addr, rport: port, connects: 10_000 }]);
});

it('-c: what finds no room is counted as lost', async () => {
  const net = testNet();
  const client = await testPeer(net.near);
  const ports = await listeners(net);
  const args = ['tcpconnect', '-c', '--max-counts', '2', '--json', '--require-complete', '--ready-fd', '3'];
  const tool = start([...args, '--netns', net.near.netns]);
  await tool.ready;
  await some(net, client, ports);
  const { status, stdout, stderr } = await tool.stop();
  expect(status).toBe(91);
  expect(recordsOf(stdout).map(({ type, connects, lost }) => [type, connects ?? lost])).toEqual([
    ['connects', 2],
    ['connects', 2],
    ['lost', 1],
    ['summary', 1],
  ]);
  expect(stderr).toContain('lost 1 event: so far 1 because there was no room to count another kind (see --max-counts)');
});

it('-c on a terminal: says how it ends, and the rows begin on a line of their own', async () => {
  const net = testNet();
  const client = await testPeer(net.near);
  const line = `stty -opost && exec ${process.execPath} ${command} tcpconnect -c --ready-fd 3 --netns ${net.near.netns}`;
  const terminal = spawn('script', ['-qfec', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
  });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  const out = capture(terminal.stdout as Readable);
  await capture(terminal.stdio[3] as Readable).until('ready');
  await out.until('Ctrl-C');
  await some(net, client, []);
  terminal.stdin?.write('\x03');
  expect((await out.whole).toString().split('\n')).toEqual([
    expect.stringMatching(/^LADDR +RADDR +RPORT CONNECTS$/),
    'tcpconnect: counting; Ctrl-C ends it and shows the counts',
    '^C',
    expect.stringMatching(new RegExp(`^${net.near.ipv4} +${net.far.ipv4} +${CLOSED_PORT} +1$`)),
    expect.stringMatching(/^tcpconnect: 1 row in /),
    '',
  ]);
});

it('-c ends by itself after its time', async () => {
  const tool = start(['tcpconnect', '-c', '--duration', '1ms', '-P', '1']);
  const { status, stdout } = await tool.end;
  expect({ status, lines: linesOf(stdout).length }).toEqual({ status: 0, lines: 1 });
});
