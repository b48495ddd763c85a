import { type TestCgroup, testCgroup } from '../harness/cgroup.ts';
import { placeOf, type Socket } from '../harness/net/calls.ts';
import { type Peer, testPeer } from '../harness/net/peer.ts';
import type { Cause } from './causes.ts';

const HOME = { addr: '127.0.0.1' };

let cgroup: TestCgroup;
let client: Peer;

/** Only what sockets of a cgroup of its own do, which is made before the tool starts. */
const within = (
  happen: Cause['happen'],
  before: () => Promise<unknown> = async () => undefined,
  ...more: readonly string[]
): Cause => ({
  get args() {
    return ['--loopback', '--cgroup', cgroup.path, ...more];
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

let bound: Socket;

/** A datagram that comes for a socket that is older than the run, and that nobody takes. */
const holders = within(
  async (way) => {
    const far = await testPeer(undefined);
    const from = await far.bind(HOME);
    await far.sendTo(from, placeOf(bound), 1000);
    const row = { type: 'flow', lport: bound.port, rport: from.port, rx_bytes: 1000 };
    return { ...row, pid: way === 'none' ? null : client.pid };
  },
  async () => {
    bound = await client.bind(HOME);
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

/** A connection that a child accepts, and does not use. */
const accepts = within(async (way) => {
  const listener = await client.listen(HOME);
  const child = await client.fork('child');
  const far = await testPeer(undefined);
  const near = await far.connect(placeOf(listener));
  await child.accept(listener);
  await far.send(near, 10);
  const ends = { lport: listener.port, rport: near.port, rx_bytes: 10 };
  return { type: 'flow', protocol: 'tcp', ...ends, pid: way === 'none' ? client.pid : child.pid };
});

/** The end of a connection: no packet of it comes after its last state. */
const states = within(async () => {
  const listener = await client.listen(HOME);
  const near = await client.connect(placeOf(listener));
  const accepted = await client.accept(listener);
  await client.closeSocket(near);
  await client.recv(accepted);
  await client.closeSocket(accepted);
  return { type: 'flow', protocol: 'tcp', lport: listener.port, rport: near.port, state: 'CLOSE' };
});

let silent: Socket;

/** A connection that is older than the run, and silent where that can be seen. */
const older = within(
  async (way) => {
    const bytes = way === 'none' ? 10 : 0;
    if (bytes > 0) await client.send(silent, bytes);
    return { type: 'flow', protocol: 'tcp', lport: silent.port, state: 'ESTABLISHED', tx_bytes: bytes };
  },
  async () => {
    const listener = await client.listen(HOME);
    silent = await client.connect(placeOf(listener));
    await client.accept(listener);
  },
  '--idle',
);

export const flowtop: Readonly<Record<string, Cause>> = {
  owners,
  calls,
  reads,
  accepts,
  holders,
  traffic,
  states,
  older,
};
