// @module-tag anywhere
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testScene } from './harness/flows.ts';
import { testFolder } from './harness/folder.ts';
import { placeOf } from './harness/net/calls.ts';
import { linesOf, observe, recordsOf } from './harness/observe.ts';
import { run } from './harness/tool.ts';

/** What flowtop writes of twenty datagrams of 1000 bytes. */
async function written(...args: readonly string[]): Promise<{ readonly stdout: string; readonly client: number }> {
  const { net, cgroup, client, server } = await testScene();
  const { stdout } = await observe('flowtop', ['--cgroup', cgroup.path, '-i', '1h', ...args], async () => {
    const to = await server.bind({ addr: net.far.ipv4, port: 5000 });
    const from = await client.bind({ addr: net.near.ipv4, port: 6000 });
    await client.sendTo(from, placeOf(to), 1000, 20);
  });
  return { stdout, client: client.pid };
}

describe('a table', () => {
  it('has the time, totals, heads, and a row for each flow, in 80 columns', async () => {
    const { stdout, client } = await written();
    const [totals, heads, ...rows] = linesOf(stdout);
    expect(totals).toMatch(
      /^\d\d:\d\d:\d\d {2}2 flows {2}TX\/s \S+ {2}RX\/s \S+( {2}TXWIRE\/s \S+ {2}RXWIRE\/s \S+)?$/,
    );
    expect(heads).toBe('PID     COMM       PROTO LPORT RADDR:RPORT                TX/s      RX/s RTT(ms)');
    expect(rows.filter(Boolean)).toHaveLength(2);
    expect(rows.find((row) => row.startsWith(`${client} `))).toMatch(
      /client +udp +6000 +10\.77\.\d+\.2:5000 +\S+B +0B -$/,
    );
    expect(Math.max(...[totals, heads, ...rows].map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('says how many rows it does not show', async () => {
    const { stdout } = await written('--rows', '1', '--sort', 'comm');
    const [totals, , row] = linesOf(stdout);
    expect(totals).toContain('1 row not shown');
    expect(row).toContain('client');
  });

  it.each([
    ['process', /^PID +COMM +FLOWS +TX\/s +RX\/s +TX +RX RTT\(ms\)$/, /client +1 .* 19\.5KiB +0B -$/m],
    ['container', /^CONTAINER +FLOWS/, /^\/ebpf-kit-test-\S+ +2 .*19\.5KiB +19\.5KiB -$/m],
    ['host', /^RADDR +FLOWS/, /^10\.77\.\d+\.2 +1 .*19\.5KiB +0B -$/m],
    ['port', /^PROTO PORT +FLOWS/, /^udp +5000 +2 .*19\.5KiB +19\.5KiB -$/m],
  ])('by %s', async (by, heads, row) => {
    const { stdout } = await written('--by', by);
    expect(linesOf(stdout)[1]).toMatch(heads);
    expect(stdout).toMatch(row);
  });

  it('in other units', async () => {
    const { stdout } = await written('--by', 'port', '--units', 'si-bits');
    expect(stdout).toMatch(/^udp +5000 +2 .* 160kb +160kb -$/m);
  });
});

it('CSV has the time in front, one head, and all columns', async () => {
  const { stdout } = await written('--csv');
  const [head, ...rows] = linesOf(stdout);
  expect(head).toMatch(/^time,pid,tid,comm,/);
  expect(rows).toHaveLength(2);
});

it('rows go to a file, and another one says when it begins', async () => {
  const folder = testFolder();
  const { stdout, client } = await written('--output', `${folder}/rows`, '--ready-file', `${folder}/ready`, '--json');
  expect(stdout).toBe('');
  expect(readFileSync(`${folder}/ready`, 'utf8')).toBe('ready\n');
  const rows = recordsOf(readFileSync(`${folder}/rows`, 'utf8'));
  expect(rows.filter(({ type }) => type === 'flow').map(({ pid }) => pid)).toContain(client);
  expect(rows.at(-1)).toMatchObject({ type: 'summary', lost: 0 });
});

it('JSON of groups has their name as type', async () => {
  const { stdout, client } = await written('--json', '--by', 'process');
  const records = recordsOf(stdout);
  expect(records.map(({ type }) => type)).toEqual(['process', 'process', 'totals', 'summary']);
  expect(records).toContainEqual(expect.objectContaining({ type: 'process', pid: client, tx_bytes: 20_000, flows: 1 }));
});

describe('what is wrong is told, and nothing is attached', () => {
  it.each([
    [['--by', 'proces'], '--by: there is no "proces" (did you mean "process"?)'],
    [['--sort', 'tx'], '--sort: there is no "tx"'],
    [['--units', 'bits'], '--units: unknown units "bits"'],
    [['-i', '1ms'], '--interval: "1ms" is less than 100ms'],
    [['--net', '10.0.0.0/33'], '--net: "10.0.0.0/33" is no address and no network'],
    [['--cgroup', '/no/such'], 'no cgroup "/no/such"'],
    [['--columns', 'pid,nothing'], 'columns: unknown column "nothing"'],
  ])('%s', async (args, message) => {
    const { status, stdout, stderr } = await run(['flowtop', ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
