import { type TestCgroup, testCgroup } from '../harness/cgroup.ts';
import { placeOf, type Socket } from '../harness/net/calls.ts';
import { type Peer, testPeer } from '../harness/net/peer.ts';
import type { Cause } from './causes.ts';

const HOME = { addr: '127.0.0.1' };

let cgroup: TestCgroup;
let client: Peer;

/** Only what sockets of a cgroup of its own do, which is made before the tool starts. */
const within = (happen: Cause['happen'], before: () => Promise<unknown> = async () => undefined): Cause => ({
  get args() {
    return ['--loopback', '--cgroup', cgroup.path];
  },
  async before() {
    [cgroup] = testCgroup();
    client = await testPeer(undefined, { comm: 'client', cgroup });
    await before();
  },
  happen,
});

/** A socket elsewhere, and the row of ten datagrams that it gets. */
const receiver = async (from: Socket) => {
  const server = await testPeer(undefined);
  const to = await server.bind(HOME);
  return { to, row: { type: 'flow', protocol: 'udp', lport: from.port, rport: to.port, tx_bytes: 1000 } };
};

/** A datagram. */
const owners = within(async () => {
  const from = await client.bind(HOME);
  const { to, row } = await receiver(from);
  await client.sendTo(from, placeOf(to), 100, 10);
  return { ...row, pid: client.pid, comm: 'client' };
});

/** A datagram that a child sends, by a socket that it has got from its parent. */
const calls = within(async (way) => {
  const from = await client.bind(HOME);
  const { to, row } = await receiver(from);
  await client.connect({ ...placeOf(to), socket: from.fd });
  const child = await client.fork('child');
  await child.send(from, 100, 10);
  return { ...row, pid: way === 'none' ? client.pid : child.pid };
});

/** Data that a child reads, of a connection that its parent has accepted. */
const reads = within(async () => {
  const listener = await client.listen(HOME);
  const far = await testPeer(undefined);
  const near = await far.connect(placeOf(listener));
  const accepted = await client.accept(listener);
  const child = await client.fork('child');
  await far.send(near, 1000);
  await child.recv(accepted, 1000);
  const ends = { lport: listener.port, rport: near.port, tx_bytes: 0, rx_bytes: 1000 };
  return { type: 'flow', protocol: 'tcp', ...ends, pid: child.pid, comm: 'child' };
});

let older: Socket;

/** A datagram that comes for a socket that is older than the run, and that nobody takes. */
const holders = within(
  async (way) => {
    const far = await testPeer(undefined);
    const from = await far.bind(HOME);
    await far.sendTo(from, placeOf(older), 1000);
    const row = { type: 'flow', lport: older.port, rport: from.port, rx_bytes: 1000 };
    return { ...row, pid: way === 'none' ? null : client.pid };
  },
  async () => {
    older = await client.bind(HOME);
  },
);

/** A connection, seen from both of its ends. */
const traffic = within(async () => {
  const listener = await client.listen(HOME);
  const near = await client.connect(placeOf(listener));
  const accepted = await client.accept(listener);
  await client.send(near, 5000);
  await client.recv(accepted, 5000);
  const ends = { lport: near.port, rport: listener.port, tx_bytes: 5000, rx_bytes: 0 };
  return { type: 'flow', protocol: 'tcp', ...ends, state: 'ESTABLISHED', pid: client.pid };
});

export const flowtop: Readonly<Record<string, Cause>> = { owners, calls, reads, holders, traffic };
