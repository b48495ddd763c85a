// @module-tag anywhere
import { expect, it } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { flowsOf } from './harness/flows.ts';
import { placeOf } from './harness/net/calls.ts';
import { testNet } from './harness/net/hosts.ts';
import { testPeer } from './harness/net/peer.ts';
import { observe, recordsOf } from './harness/observe.ts';

const id = (digit: string) => digit.repeat(64);
/** As those who make containers name their cgroups; each in the one before, as containers may be. */
const NESTED = [
  [`docker-${id('d')}.scope`, `docker:${'d'.repeat(12)}`],
  [`cri-containerd-${id('c')}.scope`, `containerd:${'c'.repeat(12)}`],
  [`libpod-${id('b')}.scope`, `podman:${'b'.repeat(12)}`],
  [`crio-${id('a')}.scope`, `crio:${'a'.repeat(12)}`],
] as const;

/** Somebody in each container, who sends a datagram of another size to somebody in none. */
async function containers() {
  const net = testNet();
  const [outer, ...inner] = testCgroup(...NESTED.map(([name]) => name));
  const server = await testPeer(net.far, { comm: 'server', cgroup: outer });
  const clients = await Promise.all(inner.map((cgroup, i) => testPeer(net.near, { comm: `client${i}`, cgroup })));
  const send = async () => {
    const to = await server.bind({ addr: net.far.ipv4, port: 5000 });
    for (const [i, client] of clients.entries())
      await client.sendTo(await client.bind({ addr: net.near.ipv4 }), placeOf(to), 100 * (i + 1));
  };
  return { outer, inner, send };
}

it('one row for each container, and one for the cgroup of who is in none', async () => {
  const { outer, send } = await containers();
  const { stdout } = await observe('flowtop', ['--json', '--by', 'container', '--cgroup', outer.path], send);
  const rows = recordsOf(stdout).filter(({ type, rate }) => type === 'container' && Number(rate) > 0);
  const sums = new Map(
    rows.map(({ container, flows, tx_bytes, rx_bytes }) => [container, [flows, tx_bytes, rx_bytes]]),
  );
  expect(sums).toEqual(
    new Map<unknown, unknown>([
      [outer.path, [NESTED.length, 0, 1000]],
      ...NESTED.map(([, name], i) => [name, [1, 100 * (i + 1), 0]] as const),
    ]),
  );
});

it('each flow has its container, and the path of its cgroup', async () => {
  const { outer, inner, send } = await containers();
  const { flows } = await flowsOf(outer, [], send);
  const clients = flows.filter(({ rport }) => rport === 5000);
  expect(new Map(clients.map(({ comm, container, cgroup }) => [comm, [container, cgroup]]))).toEqual(
    new Map(NESTED.map(([, name], i) => [`client${i}`, [name, inner[i].path]])),
  );
});

it('--cgroup shows those of one container only, and of those in it', async () => {
  const { inner, send } = await containers();
  const { flows } = await flowsOf(inner[2], [], send);
  expect(flows.map(({ comm }) => comm).sort()).toEqual(['client2', 'client3']);
});
