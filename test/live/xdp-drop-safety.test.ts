// @module-tag anywhere
import { describe, expect, it } from 'vitest';
import { CABLE, type Host, type Net, testNet } from './harness/net/hosts.ts';
import { pings } from './harness/net/pings.ts';
import { controlling, programAt } from './harness/net/xdp.ts';
import { expectGone, linesOf } from './harness/observe.ts';
import { openTerminal } from './harness/terminal.ts';
import { command, run, start } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

const ssh = ({ near, far }: Net) => ({ SSH_CONNECTION: `${far.ipv4} 50022 ${near.ipv4} 22` });
const xdpDrop = (host: Host, args: readonly string[], env = {}) =>
  run(['xdp-drop', ...args], { under: host.inside, env });
const running = (host: Host, ...args: readonly string[]) => controlling(host, ['xdp-drop', ...args]);
const controlAdd = (host: Host) =>
  start(['xdp-drop', 'add', CABLE, 'proto icmp', '--confirm', '30s'], { under: host.inside });

describe('xdp-drop refuses to cut', () => {
  it.each([['--dport 22'], ['--sport 50022'], ['--src 10.77.0.0/16'], ['--length 90-100'], ['--tcp-flags ack']])(
    'the SSH connection that it is started from: %s',
    async (words) => {
      const net = testNet();
      const end = await xdpDrop(net.near, [CABLE, '--proto', 'tcp', ...words.split(' ')], ssh(net));
      expect(end).toMatchObject({ status: 1, stdout: '' });
      expect(linesOf(end.stderr)[0]).toMatch(
        new RegExp(
          `^xdp-drop: refused on cable: "[^"]+" would cut the SSH connection from ${net.far.ipv4} \\(port 50022\\)$`,
        ),
      );
      expect(programAt(net.near)).toBeUndefined();
    },
  );

  it('its neighbours it does not mind, and neither one of another network namespace, nor with --yes', async () => {
    const net = testNet();
    const brief = ['--duration', '10ms'];
    expect(await xdpDrop(net.near, [CABLE, '--proto', 'tcp', '--dport', '23', ...brief], ssh(net))).toMatchObject({
      status: 0,
    });
    expect(await xdpDrop(net.far, [CABLE, '--proto', 'tcp', '--dport', '22', ...brief], ssh(net))).toMatchObject({
      status: 0,
    });
    const yes = ['--yes', ...brief];
    expect(await xdpDrop(net.near, [CABLE, '--proto', 'tcp', '--dport', '22', ...yes], ssh(net))).toMatchObject({
      status: 0,
    });
  });

  it('what a rule would drop some packets of, in other words; but not what --dry-run only counts', async () => {
    const net = testNet();
    const some = await xdpDrop(net.near, [CABLE, '--proto', 'tcp', '--percent', '5'], ssh(net));
    expect(some.stderr).toContain('"proto tcp percent 5" may disturb the SSH connection');
    const dry = await xdpDrop(net.near, [CABLE, '--proto', 'tcp', '--dry-run', '--duration', '10ms'], ssh(net));
    expect(dry).toMatchObject({ status: 0 });
  });

  it('the default gateway of the interface, of both families', async () => {
    const { near, far } = testNet();
    near.ip('route', 'add', 'default', 'via', far.ipv4);
    near.ip('-6', 'route', 'add', 'default', 'via', far.ipv6, 'dev', CABLE);
    const refused = async (...words: readonly string[]) => linesOf((await xdpDrop(near, [CABLE, ...words])).stderr)[0];
    expect(await refused('--src', `${far.ipv4}/24`)).toContain(`would cut the default gateway ${far.ipv4}`);
    expect(await refused('--src-mac', far.mac)).toContain(`the default gateway ${far.ipv4}`);
    expect(await refused('--proto', 'icmpv6')).toContain(
      `would cut the default gateway ${far.ipv6}, whose hardware address would stay unknown`,
    );
    expect(programAt(near)).toBeUndefined();
    const { status } = await xdpDrop(near, [CABLE, '--proto', 'icmp', '--duration', '10ms']);
    expect(status).toBe(0);
  });

  it('also by a rule that is added later, and the old ones stay', async () => {
    const net = testNet();
    const tool = await running(net.near, CABLE, '--proto', 'icmp');
    const program = programAt(net.near);
    const end = await xdpDrop(net.near, ['add', CABLE, 'proto tcp dport 22'], ssh(net));
    expect(end).toMatchObject({ status: 1, stdout: '' });
    expect(programAt(net.near)).toBe(program);
    await tool.stop();
  });
});

describe('xdp-drop --confirm', () => {
  it('detaches when nobody confirms in time', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'icmp', '--confirm', '300ms');
    const held = heldBy(tool.pid);
    const { status, stderr } = await tool.end;
    expect(status).toBe(1);
    expect(stderr).toContain('xdp-drop: not confirmed within 0.3 s: detached\n');
    await expectGone(held);
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
  });

  it('goes on when another shell confirms', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'icmp', '--confirm', '30s');
    expect(await xdpDrop(near, ['confirm', CABLE])).toMatchObject({
      status: 0,
      stderr: 'xdp-drop: confirmed on cable\n',
    });
    await tool.stderr.until('xdp-drop: confirmed\n');
    expect(pings(far, near.ipv4, 1)).toEqual([]);
    expect((await tool.stop()).status).toBe(0);
  });

  it('goes on at Enter', async () => {
    const { near } = testNet();
    const terminal = await openTerminal();
    const words = `${process.execPath} ${command} xdp-drop --proto icmp ${CABLE} --confirm 30s`;
    await terminal.enter(`${near.inside.join(' ')} ${words}`);
    await terminal.until(/unless it is confirmed: by Enter/);
    await terminal.press('Enter');
    await terminal.until(/^xdp-drop: confirmed$/m);
    await terminal.press('C-c');
    await terminal.until(/none lost/);
  });

  it('of a change brings the old rules back, also when the terminal is gone', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'tcp');
    const late = await xdpDrop(near, ['add', CABLE, 'proto icmp', '--confirm', '200ms']);
    expect(late).toMatchObject({ status: 1, stdout: '' });
    expect(late.stderr).toContain('not confirmed within 0.2 s: cable is what it was before');
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
    const adding = controlAdd(near);
    await adding.stderr.until('taken back in 30 s');
    expect(pings(far, near.ipv4, 1)).toEqual([]);
    expect((await adding.stop('SIGHUP')).status).toBe(1);
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
    expect((await xdpDrop(near, ['list', CABLE])).stdout).toBe('proto tcp\n');
    await tool.stop();
  });

  it('of a change brings the old rules back when the command that made it is killed: the tool does it itself', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'tcp');
    const program = programAt(near);
    const adding = start(['xdp-drop', 'add', CABLE, 'proto icmp', '--confirm', '1s'], { under: near.inside });
    await adding.stderr.until('taken back in 1 s');
    await adding.stop('SIGKILL');
    expect(pings(far, near.ipv4, 1)).toEqual([]);
    await tool.stderr.until('xdp-drop: cable: not confirmed in time: it is what it was before\n');
    expect(programAt(near)).toBe(program);
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
    expect((await xdpDrop(near, ['list', CABLE])).stdout).toBe('proto tcp\n');
    await tool.stop();
  });

  it('of a change keeps the new ones when it is confirmed', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--proto', 'tcp');
    const adding = controlAdd(near);
    await adding.stderr.until('taken back in 30 s');
    expect(await xdpDrop(near, ['confirm', CABLE])).toMatchObject({ status: 0 });
    expect((await adding.end).status).toBe(0);
    expect(pings(far, near.ipv4, 1)).toEqual([]);
    await tool.stop();
  });
});
