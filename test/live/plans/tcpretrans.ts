import { cut, mend } from '../harness/net/faults.ts';
import { testNet } from '../harness/net/hosts.ts';
import { testPeer } from '../harness/net/peer.ts';
import type { Cause } from './causes.ts';

/** A connection whose data vanish once. */
const segment: Cause = {
  args: [],
  async happen() {
    const net = testNet();
    const [client, server] = [await testPeer(net.near, { comm: 'client' }), await testPeer(net.far)];
    const listener = await server.listen({ addr: net.far.ipv6 });
    const socket = await client.connect({ addr: net.far.ipv6, port: listener.port });
    const accepted = await server.accept(listener);
    const seq = await client.sequence(socket);
    cut(net, 'near');
    await client.send(socket, 5);
    mend(net, 'near');
    await server.recv(accepted, 5);
    const ends = { laddr: net.near.ipv6, lport: socket.port, raddr: net.far.ipv6, rport: listener.port };
    return { type: 'retransmission', pid: client.pid, ...ends, seq, length: 5 };
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
};
