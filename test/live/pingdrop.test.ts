import { describe, expect, it } from 'vitest';
import { CABLE, type Host, testNet } from './harness/net/hosts.ts';
import { ping, pings } from './harness/net/pings.ts';
import { expectGone, linesOf, type Row, recordsOf } from './harness/observe.ts';
import { openTerminal } from './harness/terminal.ts';
import { command, run, start, type Tool } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

/** pingdrop at the cable of a host, attached. */
async function running(host: Host, ...args: readonly string[]): Promise<Tool> {
  const tool = start(['pingdrop', CABLE, '--ready-fd', '3', ...args], { under: host.inside });
  await tool.ready;
  return tool;
}

const pingdrop = (host: Host, ...args: readonly string[]) => run(['pingdrop', ...args], { under: host.inside });
const rowsOf = (stdout: string) => recordsOf(stdout).filter(({ type }) => type === 'ping');
const dropped = (rows: readonly Row[]) => rows.filter(({ verdict }) => verdict === 'dropped').map(({ seq }) => seq);
const numbers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('pingdrop', () => {
  it('shows requests and replies of both families, exactly as they are', async () => {
    const { near, far } = testNet();
    const tool = await running(near, '--json');
    const held = heldBy(tool.pid);
    expect(pings(far, near.ipv4, 2)).toEqual([1, 2]);
    expect(pings(near, far.ipv6, 1)).toEqual([1]);
    const { stdout, status } = await tool.stop();
    expect(status).toBe(0);
    const rows = rowsOf(stdout);
    expect(
      rows.map(({ kind, saddr, daddr, seq, length, verdict, interface: dev, vlan }) => [
        kind,
        saddr,
        daddr,
        seq,
        length,
        verdict,
        dev,
        vlan,
      ]),
    ).toEqual([
      ['request', far.ipv4, near.ipv4, 1, 64, 'passed', CABLE, null],
      ['request', far.ipv4, near.ipv4, 2, 64, 'passed', CABLE, null],
      ['reply', far.ipv6, near.ipv6, 1, 64, 'passed', CABLE, null],
    ]);
    expect(rows[0].id).toBe(rows[1].id);
    expect(recordsOf(stdout).filter(({ type }) => type === 'counters')).toMatchObject([
      { interface: CABLE, kind: 'IPv4 request', seen: 2, passed: 2, dropped: 0, bytes: 128 },
      { kind: 'IPv4 reply', seen: 0 },
      { kind: 'IPv6 request', seen: 0 },
      { kind: 'IPv6 reply', seen: 1, passed: 1 },
    ]);
    await expectGone(held);
  });

  it('drops one in so many, by the count of pings', { tags: 'anywhere' }, async () => {
    const { near, far } = testNet();
    const tool = await running(near, '--json', '--every', '3');
    expect(pings(far, near.ipv4, 7)).toEqual([1, 2, 4, 5, 7]);
    expect(dropped(rowsOf((await tool.stop()).stdout))).toEqual([3, 6]);
  });

  it('drops only from the networks that are named, and says in mode trace what it would drop', {
    tags: 'anywhere',
  }, async () => {
    const { near, far } = testNet();
    far.ip('address', 'add', '10.99.0.9/32', 'dev', CABLE);
    near.ip('route', 'add', '10.99.0.9/32', 'dev', CABLE);
    near.ip('neighbour', 'replace', '10.99.0.9', 'lladdr', far.mac, 'dev', CABLE);
    const tool = await running(near, '--json', '--from', '10.99.0.0/24,fd77::/64');
    expect(pings(far, near.ipv4, 2)).toEqual([1, 2]);
    expect(pings(far, near.ipv4, 2, '-I', '10.99.0.9')).toEqual([]);
    expect(pings(far, near.ipv6, 2)).toEqual([]);
    expect(await pingdrop(near, 'set', CABLE, '--mode', 'trace')).toMatchObject({ status: 0, stdout: '' });
    expect(pings(far, near.ipv6, 1)).toEqual([1]);
    const rows = rowsOf((await tool.stop()).stdout);
    expect(rows.map(({ verdict }) => verdict)).toEqual([
      ...['passed', 'passed', 'dropped', 'dropped', 'dropped', 'dropped', 'would drop'],
    ]);
  });

  it('changes its mode under a running ping: exactly the dropped sequence numbers are missing', async () => {
    const { near, far } = testNet();
    const tool = await running(near, '--json');
    const pinging = ping(far, near.ipv4);
    await pinging.sent(3);
    await pingdrop(near, 'set', CABLE, '--mode', 'drop');
    await pinging.stdout.until('no answer yet');
    await pingdrop(near, 'set', CABLE, '--mode', 'pass');
    const [, last] = /.*icmp_seq=(\d+)/s.exec(pinging.stdout.text) ?? [];
    await pinging.stdout.until(new RegExp(`bytes from .*icmp_seq=${Number(last) + 5}\\b`));
    const answered = await pinging.end();
    const { stdout, stderr } = await tool.stop();
    const rows = rowsOf(stdout);
    const missing = dropped(rows) as number[];
    expect(missing.length).toBeGreaterThan(0);
    expect(missing).toEqual(numbers(missing[0], missing[0] + missing.length - 1));
    const seen = rows.map(({ seq }) => seq);
    expect(answered).toEqual(numbers(1, Number(seen.at(-1))).filter((seq) => !missing.includes(seq)));
    expect(linesOf(stderr)).toEqual(expect.arrayContaining([`pingdrop: ${CABLE}: drop`, `pingdrop: ${CABLE}: pass`]));
  });

  it('drops for a time, then passes by itself', { tags: 'anywhere' }, async () => {
    const { near, far } = testNet();
    const tool = await running(near, '--json', '--for', '400ms');
    const pinging = ping(far, near.ipv4);
    await pinging.stdout.until('bytes from');
    const answered = await pinging.end();
    const { stdout, stderr } = await tool.stop();
    const missing = dropped(rowsOf(stdout)) as number[];
    expect(missing).toEqual(numbers(1, answered[0] - 1));
    expect(stderr).toMatch(/^pingdrop: cable: (drop, for 0\.\d s more|pass) \(/);
  });
});

describe('the keys of pingdrop', () => {
  it('change its mode on a terminal', { tags: 'anywhere' }, async () => {
    const { near, far } = testNet();
    const terminal = await openTerminal();
    await terminal.enter(`${near.inside.join(' ')} ${process.execPath} ${command} pingdrop ${CABLE}`);
    await terminal.until(/keys: p pass, t trace, d drop, Ctrl-C end/);
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
    await terminal.press('d');
    await terminal.until(new RegExp(`${CABLE}: drop$`, 'm'));
    expect(pings(far, near.ipv4, 2)).toEqual([]);
    await terminal.press('p');
    await terminal.until(new RegExp(`${CABLE}: pass$`, 'm'));
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
    await terminal.press('C-c');
    await terminal.until(/4 events in .* none lost/);
  });
});
