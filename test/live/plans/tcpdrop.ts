import { CLOSED_PORT, filterPort } from '../harness/net/faults.ts';
import { testNet } from '../harness/net/hosts.ts';
import { testPeer } from '../harness/net/peer.ts';
import type { Cause } from './causes.ts';

const args = ['--no-stack'];

/** A SYN that the host's own netfilter does not let out: the packet still knows its socket, on every kernel. */
const sent: Cause = {
  args,
  async happen() {
    const net = testNet();
    const client = await testPeer(net.near, { comm: 'client' });
    filterPort(net.near, 80, '', 'output');
    const { port } = await client.connect({ addr: net.far.ipv4, port: 80, nonblock: true });
    return { type: 'drop', pid: client.pid, sport: port, daddr: net.far.ipv4, dport: 80, flags: 'SYN' };
  },
};

let send: (way: string) => Promise<Readonly<Record<string, unknown>>>;

/** Data that are not let out, of a connection that nobody has been inside of since the run began. */
const older: Cause = {
  args,
  async before() {
    const net = testNet();
    const [client, server] = [await testPeer(net.near, { comm: 'client' }), await testPeer(net.far)];
    const { port } = await server.listen({ addr: net.far.ipv4 });
    const socket = await client.connect({ addr: net.far.ipv4, port });
    filterPort(net.near, port, '', 'output');
    send = async (way) => {
      await client.send(socket, 5);
      return { type: 'drop', pid: way === 'none' ? null : client.pid, sport: socket.port, dport: port, length: 5 };
    };
  },
  happen: (way) => send(way),
};

/** A SYN to a closed port. */
const drop: Cause = {
  args,
  async happen(way) {
    const net = testNet();
    const client = await testPeer(net.near);
    const { port } = await client.connect({ addr: net.far.ipv6, port: CLOSED_PORT });
    const reason = way === 'freed' ? null : 'NO_SOCKET';
    return { type: 'drop', saddr: net.near.ipv6, sport: port, daddr: net.far.ipv6, dport: CLOSED_PORT, reason };
  },
};

export const tcpdrop: Readonly<Record<string, Cause>> = { owners: sent, holders: older, drops: drop };
