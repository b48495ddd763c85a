import { readFileSync } from 'node:fs';
import type { Tool } from '../tool.ts';
import type { Accepted, Connected, ConnectOptions } from './calls.ts';
import { type Host, type Net, testNet } from './hosts.ts';
import { type Peer, testPeer } from './peer.ts';

/** A session between two peers of a net of its own. */
export interface Pair {
  readonly net: Net;
  readonly client: Peer;
  readonly server: Peer;
  /** The server's. */
  readonly port: number;
  /** Connects and accepts. */
  meet(options?: Partial<ConnectOptions>): Promise<{ readonly near: Connected; readonly far: Accepted }>;
}

/** A client in one namespace, and a server in the other that listens already. */
export async function testPair(family: 'ipv4' | 'ipv6' = 'ipv4', port = 5000): Promise<Pair> {
  const net = testNet();
  const client = await testPeer(net.near, { comm: 'client', uid: 1001 });
  const server = await testPeer(net.far, { comm: 'server', uid: 1002 });
  const addr = net.far[family];
  const listener = await server.listen({ addr, port });
  return {
    net,
    client,
    server,
    port,
    async meet(options = {}) {
      const near = await client.connect({ addr, port, ...options });
      return { near, far: await server.accept(listener) };
    },
  };
}

/** Until tcplife has shown both. */
export const bothSides = (tool: Tool) => tool.stdout.until(/("session".*){2}/s);

/** Only what happens in these. */
export const within = (...hosts: readonly Host[]) => [
  '--filter',
  hosts.map(({ inode }) => `netns == ${inode}`).join(' || '),
];

/** Segments that the namespace of this process has sent again so far; a busy machine brings some out of nothing. */
export function retransmitted(pid: number): number {
  const [heads, values] = readFileSync(`/proc/${pid}/net/snmp`, 'utf8').match(/^Tcp: .*$/gm) ?? ['', ''];
  return Number(values.split(' ')[heads.split(' ').indexOf('RetransSegs')]);
}
