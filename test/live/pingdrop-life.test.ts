// @module-tag anywhere
import { describe, expect, it } from 'vitest';
import { CABLE, type Host, type Net, testNet } from './harness/net/hosts.ts';
import { pings } from './harness/net/pings.ts';
import { controlling, programAt, withPins } from './harness/net/xdp.ts';
import { expectGone, linesOf, recordsOf } from './harness/observe.ts';
import { asNobody } from './harness/rights.ts';
import { run, start } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

const running = (host: Host, ...args: readonly string[]) => controlling(host, ['pingdrop', ...args]);
const pingdrop = (host: Host, ...args: readonly string[]) => run(['pingdrop', ...args], { under: host.inside });

describe('pingdrop in the foreground', () => {
  it('leaves nothing when it is killed', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE, '--mode', 'drop');
    const held = heldBy(tool.pid);
    expect(held.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['prog', 'map', 'link']));
    expect(pings(far, near.ipv4, 1)).toEqual([]);
    await tool.stop('SIGKILL');
    await expectGone(held);
    expect(programAt(near)).toBeUndefined();
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
  });

  it('tells another run who has the interface, and leaves it alone', async () => {
    const { near } = testNet();
    const tool = await running(near, CABLE);
    const program = programAt(near);
    const second = await pingdrop(near, CABLE);
    expect(second).toMatchObject({ status: 1, stdout: '' });
    expect(linesOf(second.stderr)).toEqual([
      `pingdrop: ${CABLE} is held by pingdrop already (process ${tool.pid})`,
      `pingdrop: ebpf-kit pingdrop stop ${CABLE} ends it; other verbs of pingdrop change it while it runs`,
    ]);
    expect(programAt(near)).toBe(program);
    expect((await tool.stop()).status).toBe(0);
  });

  it('takes the generic way where the driver refuses, with the reason; or insists', async () => {
    const { near } = testNet();
    const tool = await running(near, 'lo', '--json');
    expect(pings(near, '127.0.0.1', 1)).toEqual([1]);
    const { stdout, stderr } = await tool.stop();
    expect(recordsOf(stdout)[0]).toMatchObject({ type: 'ping', seq: 1 });
    expect(stderr).toMatch(
      /^pingdrop: lo: pass \(generic XDP, which is slower: .*driver.* (has no|not support) XDP.*\)$/m,
    );
    const insisting = await pingdrop(near, 'lo', '--xdp-mode', 'native');
    expect(insisting).toMatchObject({ status: 69, stdout: '' });
    expect(insisting.stderr).toMatch(
      /^pingdrop: lo takes no XDP program in its driver: .*driver.* (has no|not support) XDP/m,
    );
  });

  it('watches several interfaces, says which one is gone, and goes on with the others', async () => {
    const { near, far } = testNet();
    near.ip('link', 'add', 'spare', 'type', 'veth', 'peer', 'name', 'spare-end');
    near.ip('link', 'set', 'spare', 'up');
    const tool = await running(near, 'spare', CABLE);
    near.ip('link', 'delete', 'spare');
    await tool.stderr.until('pingdrop: spare is gone: the interface was removed\n');
    expect(pings(far, near.ipv4, 1)).toEqual([1]);
    const { status, stdout, stderr } = await tool.stop();
    expect(status, stderr).toBe(1);
    expect(linesOf(stdout)[0]).toMatch(/^IFACE +TIME/);
    expect(linesOf(stdout)[1]).toMatch(/^cable +\d\d:\d\d:\d\d /);
    expect(stderr).toContain('pingdrop: removed meanwhile: spare\n');
  });

  it('ends with an error when no interface is left', async () => {
    const { near } = testNet();
    const tool = await running(near, CABLE);
    near.ip('link', 'delete', CABLE);
    const { status, stderr } = await tool.end;
    expect(status).toBe(1);
    expect(stderr).toContain(`pingdrop: ${CABLE} is gone: the interface was removed\n`);
    expect(stderr).toContain('pingdrop: no interface is left\n');
  });
});

describe('pingdrop from another shell', () => {
  it('is found without a pin, told what it does, and stopped', async () => {
    const { near } = testNet();
    const tool = await running(near, CABLE, '--every', '4');
    const [found] = recordsOf((await pingdrop(near, 'status', '--json')).stdout).filter(({ pid }) => pid === tool.pid);
    expect(found).toMatchObject({
      ...{ type: 'status', interface: CABLE, netns: near.inode, xdp_mode: 'native', pin: null },
      state: 'drop, one in 4',
    });
    expect(await pingdrop(near, 'stop', CABLE)).toMatchObject({ status: 0, stderr: `pingdrop: stopped on ${CABLE}\n` });
    expect((await tool.end).status).toBe(0);
    expect(await pingdrop(near, 'stop', CABLE)).toMatchObject({ status: 1 });
  });

  it('is seen from other network namespaces, and not changed from there', async () => {
    const { near, far } = testNet();
    const tool = await running(near, CABLE);
    const { stdout } = await pingdrop(far, 'status', '--json');
    expect(recordsOf(stdout)).toContainEqual(
      expect.objectContaining({ pid: tool.pid, netns: near.inode, xdp_mode: null }),
    );
    expect(await pingdrop(far, 'set', CABLE, '--mode', 'drop')).toMatchObject({ status: 1 });
    await tool.stop();
  });

  it.each([
    [['cabel'], 2, 'no interface "cabel" here (did you mean "cable"?)'],
    [['set', 'cabel', '--mode', 'drop'], 2, 'no interface "cabel" here (did you mean "cable"?)'],
    [['statsu'], 2, 'no interface "statsu" here (did you mean "stats"?)'],
    [['set', CABLE, '--mode', 'drop'], 1, 'it does not run on cable'],
    [['set', CABLE, '--mode', 'drip'], 2, '--mode: "drip" is no mode (did you mean "drop"?)'],
    [[CABLE, '--mode', 'pass', '--every', '3'], 2, '--mode pass drops nothing: '],
    [[CABLE, '--background'], 2, '--background needs --pin'],
    [[CABLE, CABLE], 2, 'interface cable is named twice'],
    [[], 2, 'name an interface'],
  ] as const)('%j is refused', async (args, status, message) => {
    const { near } = testNet();
    const end = await pingdrop(near, ...args);
    expect(end).toMatchObject({ status, stdout: '' });
    expect(end.stderr).toMatch(`pingdrop: ${message}`);
    expect(programAt(near)).toBeUndefined();
  });

  it('needs permission', async () => {
    const { near } = testNet();
    expect(await run(['pingdrop', CABLE], { under: [...near.inside, ...asNobody] })).toMatchObject({ status: 77 });
    expect(await run(['pingdrop', 'status'], { under: [...near.inside, ...asNobody] })).toMatchObject({ status: 77 });
    const root = (lack: string, ...args: readonly string[]) =>
      run(['pingdrop', ...args], { under: [...near.inside, 'setpriv', `--bounding-set=-${lack}`] });
    const attaching = { status: 77, stderr: expect.stringMatching('no permission: user root lacks CAP_NET_ADMIN') };
    expect(await root('net_admin', CABLE)).toMatchObject(attaching);
    const finding = { status: 77, stderr: expect.stringMatching('no permission: user root lacks CAP_SYS_ADMIN') };
    expect(await root('sys_admin', 'status')).toMatchObject(finding);
  });
});

describe('pingdrop with --pin', () => {
  const drops = (net: Net) => expect(pings(net.far, net.near.ipv4, 1)).toEqual([]);

  it('outlives its process, is changed and found, and ends with stop', async () => {
    const net = testNet();
    const under = await withPins(net.near);
    const pinned = (...args: readonly string[]) => run(['pingdrop', ...args], { under });
    const end = await pinned(CABLE, '--pin', '--background', '--mode', 'drop');
    expect(end, end.stderr).toMatchObject({ status: 0 });
    expect(end.stderr).toContain(`it stays attached until ebpf-kit pingdrop stop ${CABLE}\n`);
    drops(net);
    const [found] = recordsOf((await pinned('status', '--json')).stdout);
    expect(found).toMatchObject({ interface: CABLE, pid: null, state: 'drop' });
    expect(String(found.pin)).toMatch(/\/ebpf-kit\/pingdrop\/\d+-\d+$/);
    expect(await pinned('set', CABLE, '--mode', 'pass')).toMatchObject({ status: 0 });
    expect(pings(net.far, net.near.ipv4, 1)).toEqual([1]);
    const stats = recordsOf((await pinned('stats', CABLE, '--json')).stdout);
    expect(stats[0]).toMatchObject({ kind: 'IPv4 request', seen: 2, dropped: 1, passed: 1 });
    expect(await pinned('stop', CABLE)).toMatchObject({ status: 0 });
    expect(programAt(net.near)).toBeUndefined();
    expect(recordsOf((await pinned('status', '--json')).stdout)).toEqual([]);
  });

  it('outlives kill -9', async () => {
    const net = testNet();
    const under = await withPins(net.near);
    const tool = start(['pingdrop', CABLE, '--pin', '--mode', 'drop', '--ready-fd', '3'], { under });
    await tool.ready;
    await tool.stop('SIGKILL');
    drops(net);
    expect(await run(['pingdrop', 'stop', CABLE], { under })).toMatchObject({ status: 0 });
    expect(programAt(net.near)).toBeUndefined();
  });
});
