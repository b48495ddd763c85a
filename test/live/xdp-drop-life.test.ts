// @module-tag anywhere
import { describe, expect, it } from 'vitest';
import { CABLE, type Host, testNet } from './harness/net/hosts.ts';
import { ping, pings } from './harness/net/pings.ts';
import { controlling, programAt, withPins } from './harness/net/xdp.ts';
import { expectGone, linesOf, recordsOf } from './harness/observe.ts';
import { openTerminal } from './harness/terminal.ts';
import { command, run } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

const xdpDrop = (host: Host, ...args: readonly string[]) => run(['xdp-drop', ...args], { under: host.inside });
const running = (host: Host, ...args: readonly string[]) => controlling(host, ['xdp-drop', ...args]);

describe('what xdp-drop shows', () => {
  it('is a table of its rules per interval, and the last one holds all', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'icmp', '--rule', 'proto tcp', '--interval', '100ms');
    expect(pings(far, near.ipv4, 3)).toEqual([]);
    const { stdout, status } = await tool.stop();
    expect(status).toBe(0);
    const tables = stdout.split('\n\n');
    for (const table of tables)
      expect(linesOf(`${table.trimEnd()}\n`)[0]).toMatch(/^IFACE +PACKETS +BYTES +PACKETS\/s RULE$/);
    expect(
      linesOf(tables.at(-1) ?? '')
        .slice(1)
        .map((line) => line.replace(/ +/g, ' ')),
    ).toEqual([
      expect.stringMatching(/^cable 3 294 \d+ proto icmp$/),
      expect.stringMatching(/^cable 0 0 0 proto tcp$/),
    ]);
  });

  it('is records in JSON, the last ones with all', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'icmp', '--interval', '100ms', '--json');
    expect(pings(far, near.ipv4, 2)).toEqual([]);
    const records = recordsOf((await tool.stop()).stdout);
    expect(records.at(-2)).toMatchObject({
      type: 'counters',
      interface: CABLE,
      rule: 'proto icmp',
      packets: 2,
      bytes: 196,
    });
    expect(records.at(-1)).toMatchObject({ type: 'summary', lost: 0 });
  });

  it('is drawn anew in its place on a terminal', async () => {
    const { near, far } = testNet();
    const terminal = await openTerminal();
    await terminal.enter(`${near.inside.join(' ')} ${process.execPath} ${command} xdp-drop --proto icmp ${CABLE}`);
    await terminal.until(/^cable +0 +0 +0 proto icmp$/m);
    expect(pings(far, near.ipv4, 2)).toEqual([]);
    const lines = await terminal.until(/^cable +2 +196 +\d+ proto icmp$/m);
    expect(lines.filter((line) => line.startsWith('IFACE'))).toHaveLength(1);
    await terminal.press('C-c');
    await terminal.until(/none lost/);
  });
});

describe('the rules of xdp-drop', () => {
  it('are changed while packets flow, without one wrong verdict', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--rule', `proto icmp src ${far.ipv4}`, '--json');
    const held = heldBy(tool.pid);
    const [dropped, passed] = [ping(far, near.ipv4, '-i', '0.005', '-q'), ping(far, near.ipv6, '-i', '0.01')];
    await passed.sent(10);
    for (let i = 1; i <= 6; i++) {
      const words = [`proto icmp src ${far.ipv4}`, `proto udp dport ${i}`, `src 192.0.2.${i}`];
      expect(await xdpDrop(near, 'set', CABLE, ...words)).toMatchObject({ status: 0, stdout: '' });
    }
    const answered = await passed.end();
    expect(await dropped.end()).toEqual([]);
    expect(answered).toEqual(Array.from({ length: Number(answered.at(-1)) }, (_, i) => i + 1));
    const [, sent] = /(\d+) packets transmitted, 0 received/.exec(dropped.stdout.text) ?? [];
    expect(linesOf((await xdpDrop(near, 'list', CABLE)).stdout)).toEqual([
      ...[`proto icmp src ${far.ipv4}`, 'proto udp dport 6', 'src 192.0.2.6'],
    ]);
    const last = recordsOf((await tool.stop()).stdout).filter(({ rule }) => String(rule).startsWith('proto icmp'));
    expect(last.at(-1)).toMatchObject({ packets: Number(sent) });
    await expectGone(held);
  });

  it('that are added are named in the rows of what they drop', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'tcp', '--show', '1', '--json');
    expect(await xdpDrop(near, 'add', CABLE, 'proto icmp')).toMatchObject({ status: 0 });
    expect(pings(far, near.ipv4, 1)).toEqual([]);
    const records = recordsOf((await tool.stop()).stdout);
    expect(records.filter(({ type }) => type === 'drop')).toMatchObject([{ saddr: far.ipv4, rule: 'proto icmp' }]);
    expect(records.filter(({ type }) => type === 'counters')).toMatchObject([
      { rule: 'proto tcp', packets: 0 },
      { rule: 'proto icmp', packets: 1 },
    ]);
  });

  it('are added and removed one by one', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'tcp');
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
    expect(await xdpDrop(near, 'add', CABLE, 'proto icmp')).toMatchObject({
      status: 0,
      stderr: 'xdp-drop: cable: 2 rules\n',
    });
    await tool.stderr.until('xdp-drop: cable: 2 rules\n');
    expect(pings(far, near.ipv4, 1)).toEqual([]);
    const stats = recordsOf((await xdpDrop(near, 'stats', CABLE, '--json')).stdout);
    expect(stats).toMatchObject([
      { rule: 'proto tcp', packets: 0 },
      { rule: 'proto icmp', packets: 1, bytes: 98 },
    ]);
    expect(await xdpDrop(near, 'remove', CABLE, 'proto icmp')).toMatchObject({ status: 0 });
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
    await tool.stop();
  });

  it.each([
    ['add', 'proto icmpp', 2],
    ['remove', 'proto udp', 2],
  ])('stay in force when "%s %s" is refused', async (verb, rule, status) => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'icmp');
    const program = programAt(near);
    expect(await xdpDrop(near, verb, CABLE, rule)).toMatchObject({ status, stdout: '' });
    expect(programAt(near)).toBe(program);
    expect(pings(far, near.ipv4, 1)).toEqual([]);
    await tool.stop();
  });

  it('outlive their process with --pin, until stop', async () => {
    const { near, far } = testNet();
    const under = await withPins(near);
    const pinned = (...args: readonly string[]) => run(['xdp-drop', ...args], { under });
    const end = await pinned('--proto', 'icmp', '--pin', '--background', CABLE);
    expect(end, end.stderr).toMatchObject({ status: 0 });
    expect(linesOf(end.stderr)).toContain(
      'xdp-drop: --pin: /sys/fs/bpf is of this mount namespace alone, and so are its pins: they end with it',
    );
    expect(pings(far, near.ipv4, 1)).toEqual([]);
    expect(await pinned('add', CABLE, 'proto icmpv6 icmpv6-type 128')).toMatchObject({ status: 0 });
    expect(pings(far, near.ipv6, 1)).toEqual([]);
    expect(recordsOf((await pinned('status', '--json')).stdout)).toMatchObject([{ state: '2 rules', pid: null }]);
    expect(await pinned('stop', CABLE)).toMatchObject({ status: 0 });
    expect(programAt(near)).toBeUndefined();
  });
});
