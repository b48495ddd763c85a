import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { cgroupId } from './harness/facts.ts';
import { testPeer } from './harness/net/peer.ts';
import { bothSides, testPair, within } from './harness/net/sessions.ts';
import { observed, recordsOf } from './harness/observe.ts';
import { run } from './harness/tool.ts';

const rowsOf = (stdout: string) => recordsOf(stdout).filter(({ type }) => type === 'session');

/** What --open lists; it ends by itself. */
async function listed(args: readonly string[], under: readonly string[] = []) {
  const { status, stdout, stderr } = await run(['tcplife', '--open', '--json', ...args], { under });
  expect(status, stderr).toBe(0);
  return rowsOf(stdout);
}

it('a session that is older than the run has all but its age, and its process', async () => {
  const { net, client, server, meet } = await testPair();
  const { near, far } = await meet();
  await Promise.all([client.send(near, 4321), server.recv(far, 4321)]);
  const rows = await observed('tcplife', within(net.near, net.far), async (tool) => {
    await client.reset(near);
    await bothSides(tool);
  });
  const common = { partial: true, duration: null };
  expect(rows).toHaveLength(2);
  expect(rows.find(({ netns }) => netns === net.near.inode)).toMatchObject({
    ...common,
    ...{ pid: client.pid, comm: 'client', uid: 1001, role: 'connect', tx_bytes: 4321, rx_bytes: 0 },
  });
  // a packet ends it: nobody has been inside of a call on it since the start
  expect(rows.find(({ netns }) => netns === net.far.inode)).toMatchObject({
    ...common,
    ...{ pid: server.pid, comm: 'server', uid: 1002, role: 'accept', tx_bytes: 0, rx_bytes: 4321, reason: 'RST' },
  });
});

it('-p knows the sessions that its process holds already', { tags: 'anywhere' }, async () => {
  const { client, server, meet } = await testPair();
  const { near } = await meet();
  const rows = await observed('tcplife', ['-p', `${server.pid}`], async (tool) => {
    await client.reset(near);
    await tool.stdout.until('"session"');
  });
  expect(rows.map(({ pid, role }) => [pid, role])).toEqual([[server.pid, 'accept']]);
});

it('--open lists both sides of what is open, in every namespace, and ends', async () => {
  const { net, client, server, meet } = await testPair('ipv6');
  const { near, far } = await meet();
  await Promise.all([client.send(near, 999), server.recv(far, 999)]);
  await client.shutdown(near, 'wr');
  await server.recv(far);
  const rows = await listed(within(net.near, net.far));
  const common = { reason: null, closer: null, partial: true, duration: null, ip: 6 };
  expect(rows).toHaveLength(2);
  expect(rows.find(({ pid }) => pid === client.pid)).toMatchObject({
    ...common,
    ...{ laddr: net.near.ipv6, lport: near.port, raddr: net.far.ipv6, rport: 5000, comm: 'client', tid: client.pid },
    ...{ tx_bytes: 999, rx_bytes: 0, role: 'connect', state: 'FIN_WAIT2', netns: net.near.inode, uid: 1001 },
  });
  expect(rows.find(({ pid }) => pid === server.pid)).toMatchObject({
    ...common,
    ...{ tx_bytes: 0, rx_bytes: 999, role: 'accept', state: 'CLOSE_WAIT', netns: net.far.inode, uid: 1002 },
  });
});

it('--open lists what several processes hold once, and nothing that only listens or was closed', {
  tags: 'anywhere',
}, async () => {
  const { net, client, server, meet } = await testPair();
  const [one, two] = [await meet(), await meet()];
  await server.fork('worker');
  await client.reset(two.near);
  await server.recv(two.far);
  const rows = await listed(within(net.far));
  expect(rows.map(({ pid, rport }) => [pid, rport])).toEqual([[server.pid, one.near.port]]);
});

it('--open lists what nobody holds in the namespace of the command', { tags: 'anywhere' }, async () => {
  const { net, client, server } = await testPair();
  const idle = await server.listen({ addr: net.far.ipv4, port: 5001 });
  const waiting = await client.connect({ addr: net.far.ipv4, port: 5001 });
  const rows = await listed(within(net.far), net.far.inside);
  const ends = { lport: idle.port, rport: waiting.port };
  expect(rows).toEqual([expect.objectContaining({ ...ends, pid: null, comm: null, role: 'accept' })]);
  expect(await listed([...within(net.far), '-p', `${server.pid}`], net.far.inside)).toEqual([]);
});

it('--open takes the filters', { tags: 'anywhere' }, async () => {
  const { net, client, meet } = await testPair();
  const { near } = await meet();
  const other = await testPeer(net.near, { comm: 'other' });
  await other.connect({ addr: net.far.ipv4, port: 5000 });
  const ports = async (...args: readonly string[]) => {
    const rows = await listed([...within(net.near), ...args]);
    return rows.map(({ pid }) => pid).toSorted((a, b) => Number(a) - Number(b));
  };
  expect(await ports('-D', '5000')).toEqual([client.pid, other.pid]);
  expect(await ports('-D', '5001')).toEqual([]);
  expect(await ports('-L', `${near.port}`)).toEqual([client.pid]);
  expect(await ports('-p', `${other.pid}`)).toEqual([other.pid]);
  expect(await ports('-u', '1001')).toEqual([client.pid]);
  expect(await ports('--raddr', '10.77.0.0/16', '-4')).toEqual([client.pid, other.pid]);
  expect(await ports('-6')).toEqual([]);
  expect(await ports('--netns', net.far.netns)).toEqual([]);
});

it('cgroups of processes that hold sockets, with those above them, are known', { tags: 'anywhere' }, async () => {
  const { net, client, meet } = await testPair();
  const [outer, inner] = testCgroup('inner');
  const [other] = testCgroup();
  const aside = await testPeer(net.near, { comm: 'aside' });
  writeFileSync(`${inner.directory}/cgroup.procs`, `${client.pid}`);
  writeFileSync(`${other.directory}/cgroup.procs`, `${aside.pid}`);
  await aside.connect({ addr: net.far.ipv4, port: 5000 });
  const { near } = await meet();
  const pids = async (path: string) => (await listed([...within(net.near), '--cgroup', path])).map(({ pid }) => pid);
  expect(await pids(inner.path)).toEqual([client.pid]);
  expect(await pids(outer.path)).toEqual([client.pid]);
  expect(await pids(other.path)).toEqual([aside.pid]);
  const rows = await observed('tcplife', ['--cgroup', outer.path], async (tool) => {
    await client.closeSocket(near);
    await tool.stdout.until('"session"');
  });
  expect(rows.map(({ pid, cgroup_id }) => [pid, cgroup_id])).toEqual([[client.pid, cgroupId(inner.path)]]);
  await Promise.all([client.close(), aside.close()]);
});

it('--open shows the state in the table', { tags: 'anywhere' }, async () => {
  const { net, client, meet } = await testPair();
  const { near } = await meet();
  const { stdout } = await run(['tcplife', '--open', ...within(net.near)]);
  const [pid, laddr, raddr] = [`${client.pid}`.padEnd(7), net.near.ipv4.padEnd(15), net.far.ipv4.padEnd(15)];
  expect(stdout).toBe(
    `PID     COMM       LADDR           LPORT RADDR           RPORT TX_KB RX_KB STATE\n` +
      `${pid} client     ${laddr} ${`${near.port}`.padEnd(5)} ${raddr} 5000      0     0 ESTABLISHED\n`,
  );
});
