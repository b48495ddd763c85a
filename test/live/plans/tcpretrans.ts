import { cut, mend } from '../harness/net/faults.ts';
import { testNet } from '../harness/net/hosts.ts';
import { testPeer } from '../harness/net/peer.ts';
import type { Cause } from './causes.ts';

/** A connection whose data vanish once; more is there, which waits for them to be acknowledged (Nagle's algorithm). */
async function vanish(family: 'ipv4' | 'ipv6') {
  const net = testNet();
  const [client, server] = [await testPeer(net.near, { comm: 'client' }), await testPeer(net.far)];
  const listener = await server.listen({ addr: net.far[family] });
  const socket = await client.connect({ addr: net.far[family], port: listener.port });
  const accepted = await server.accept(listener);
  const seq = await client.sequence(socket);
  cut(net, 'near');
  await client.send(socket, 5);
  await client.send(socket, 3);
  mend(net, 'near');
  await server.recv(accepted, 8);
  const ends = { laddr: net.near[family], lport: socket.port, raddr: net.far[family], rport: listener.port };
  // a timeout may send both at once
  const first = { type: 'retransmission', pid: client.pid, ...ends, seq, new_data: false };
  return { first, more: { ...first, kind: 'L', seq: seq + 5, length: 3, new_data: true } };
}

const segment: Cause = {
  args: [],
  happen: async () => (await vanish('ipv6')).first,
};

const probe: Cause = {
  args: ['-l'],
  async happen(way) {
    const { first, more } = await vanish('ipv4');
    return way === 'none' ? first : more;
  },
};

/** A connect whose answer vanishes until it is asked for once more. */
const handshake: Cause = {
  args: [],
  async happen() {
    const net = testNet();
    const [client, server] = [await testPeer(net.near), await testPeer(net.far, { comm: 'server' })];
    const { port } = await server.listen({ addr: net.far.ipv4 });
    cut(net, 'far');
    const socket = await client.connect({ addr: net.far.ipv4, port, nonblock: true });
    mend(net, 'far');
    await client.connected(socket);
    const ends = { laddr: net.far.ipv4, lport: port, raddr: net.near.ipv4, rport: socket.port };
    return { type: 'retransmission', pid: server.pid, ...ends, cause: 'synack', retransmits: 1 };
  },
};

let arrives: (way: string) => Promise<Readonly<Record<string, unknown>>>;

/** Data that vanished before the run, of a connection that nobody has been inside of since. */
const older: Cause = {
  args: [],
  async before() {
    const net = testNet();
    const [client, server] = [await testPeer(net.near, { comm: 'client' }), await testPeer(net.far)];
    const listener = await server.listen({ addr: net.far.ipv4 });
    const socket = await client.connect({ addr: net.far.ipv4, port: listener.port });
    const accepted = await server.accept(listener);
    cut(net, 'near');
    await client.send(socket, 5);
    arrives = async (way) => {
      mend(net, 'near');
      await server.recv(accepted, 5);
      return { type: 'retransmission', pid: way === 'none' ? null : client.pid, lport: socket.port, length: 5 };
    };
  },
  happen: (way) => arrives(way),
};

export const tcpretrans: Readonly<Record<string, Cause>> = {
  owners: segment,
  holders: older,
  segments: segment,
  handshakes: handshake,
  probes: probe,
};
