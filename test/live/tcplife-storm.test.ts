// @module-tag anywhere
import { expect, it } from 'vitest';
import { testPair, within } from './harness/net/sessions.ts';
import { observed } from './harness/observe.ts';

it('10000 short sessions have a row for each side, with its process, and none is lost', async () => {
  const { net, client, server, meet } = await testPair();
  const times = 10_000;
  const addr = net.far.ipv4;
  const listener = await server.listen({ addr, port: 5001 });
  const args = [...within(net.near, net.far), '--columns', 'pid,lport,rport,role,reason', '--require-complete'];
  const rows = await observed('tcplife', args, async (tool) => {
    await Promise.all([client.storm({ addr, port: 5001, times }), server.drain(listener, times)]);
    // the last to end
    const { near, far } = await meet();
    await client.closeSocket(near);
    await server.closeSocket(far);
    await tool.stdout.until(/("[lr]port":5000,.*){2}/s);
  });
  const accepted = rows.filter(({ lport, pid, role }) => lport === 5001 && pid === server.pid && role === 'accept');
  const connected = rows.filter(({ rport, pid, role }) => rport === 5001 && pid === client.pid && role === 'connect');
  expect([connected.length, accepted.length, rows.length]).toEqual([times, times, 2 * times + 2]);
  expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(['FIN']));
});
