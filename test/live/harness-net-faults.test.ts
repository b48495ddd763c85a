// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOSED_PORT, cut, filterPort, mend, NO_ROUTE, prohibited, unreachable } from './harness/net/faults.ts';
import { type Net, openNet } from './harness/net/hosts.ts';
import { openPeer, type Peer } from './harness/net/peer.ts';

let net: Net;
let client: Peer;
let server: Peer;
beforeAll(async () => {
  net = openNet();
  client = await openPeer(net.near);
  server = await openPeer(net.far);
});
afterAll(async () => {
  await client.close();
  await server.close();
  net.close();
});

describe.each(['ipv4', 'ipv6'] as const)('a connect over %s', (family) => {
  it('refused', async () => {
    const refused = await client.connect({ addr: net.far[family], port: CLOSED_PORT });
    expect(refused.error).toBe('ECONNREFUSED');
  });

  it('timed out', async () => {
    cut(net, 'near');
    const from_port = 4077;
    const timedOut = await client.connect({ addr: net.far[family], port: 80, from_port, user_timeout: 1 });
    mend(net, 'near');
    expect(timedOut).toMatchObject({ error: 'ETIMEDOUT', port: from_port });
  });

  it('dropped by netfilter', async () => {
    const { port } = await server.listen({ addr: net.far[family] });
    filterPort(net.far, port);
    expect(await client.connect({ addr: net.far[family], port, user_timeout: 1 })).toMatchObject({
      error: 'ETIMEDOUT',
    });
    expect(net.far.run('nft', 'list', 'ruleset')).toMatch(new RegExp(`dport ${port} counter packets [1-9]`));
  });

  it('unreachable', async () => {
    const to = async (addr: string) => (await client.connect({ addr, port: 80 })).error;
    expect(await to(NO_ROUTE[family])).toBe('ENETUNREACH');
    expect(await to(unreachable(net)[family])).toBe(family === 'ipv4' ? 'EHOSTUNREACH' : 'ENETUNREACH');
    expect(await to(prohibited(net.near)[family])).toBe('EACCES');
  });

  it('a full accept queue: no answer', async () => {
    const { port } = await server.listen({ addr: net.far[family], backlog: 0 });
    expect(await client.connect({ addr: net.far[family], port })).toMatchObject({ error: null });
    const second = await client.connect({ addr: net.far[family], port, user_timeout: 1 });
    expect(second.error).toBe('ETIMEDOUT');
  });
});
