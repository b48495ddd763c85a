// @module-tag anywhere
import { expect, it, vi } from 'vitest';
import { testPair, within } from './harness/net/sessions.ts';
import { observed } from './harness/observe.ts';

const TIMES = 10_000;
/** How long the last of them may take to end, ms: a packet that is lost is sent again after 200 ms, or more. */
const LAST = 20_000;

/**
 * Again, if the tool says that the kernel has left out events: an interrupt within its program, in which many packets
 * come. That happens to one storm in ten on a busy machine.
 */
it('10000 short sessions have a row for each side, with its process, and none is lost', async () => {
  const { net, client, server } = await testPair();
  const addr = net.far.ipv4;
  const listener = await server.listen({ addr, port: 5001 });
  const args = [...within(net.near, net.far), '--columns', 'pid,lport,rport,role,reason', '--require-complete'];
  const rows = await observed('tcplife', args, async (tool) => {
    await Promise.all([client.storm({ addr, port: 5001, times: TIMES }), server.drain(listener, TIMES)]);
    const lines = () => tool.stdout.text.split('\n').length - 1;
    await vi.waitFor(() => expect(lines()).toBeGreaterThanOrEqual(2 * TIMES), { timeout: LAST, interval: 100 });
  });
  const accepted = rows.filter(({ lport, pid, role }) => lport === 5001 && pid === server.pid && role === 'accept');
  const connected = rows.filter(({ rport, pid, role }) => rport === 5001 && pid === client.pid && role === 'connect');
  expect([connected.length, accepted.length, rows.length]).toEqual([TIMES, TIMES, 2 * TIMES]);
  expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(['FIN']));
});
