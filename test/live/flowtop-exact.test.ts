import { describe, expect, it } from 'vitest';
import { amounts, flowsOf, testScene } from './harness/flows.ts';
import { placeOf } from './harness/net/calls.ts';

const FAMILIES = ['ipv4', 'ipv6'] as const;
/** Of the IP header alone. */
const IP_HEADER = { ipv4: 20, ipv6: 40 };
const UDP_HEADER = 8;
/** The least that a TCP segment has; and what options add at most. */
const TCP_HEADER = { least: 20, most: 60 };

describe.each(FAMILIES)('over %s', (family) => {
  const tags = family === 'ipv4' ? [] : ['anywhere'];
  it('TCP: payload is what both sides have sent and read, to the byte', { tags }, async () => {
    const { net, cgroup, client, server } = await testScene();
    const addr = net.far[family];
    let sent = { there: 0, back: 0 };
    const { flows, totals } = await flowsOf(cgroup, ['--tcp'], async () => {
      const listener = await server.listen({ addr, port: 5000 });
      const near = await client.connect({ addr, port: 5000 });
      const far = await server.accept(listener);
      sent = { there: 5_000_011, back: 70_001 };
      const reading = server.recv(far, sent.there);
      await client.send(near, sent.there);
      expect(await reading).toEqual({ bytes: sent.there, error: null });
      await server.send(far, sent.back);
      await client.recv(near, sent.back);
      await client.closeSocket(near);
      expect(await server.recv(far)).toEqual({ bytes: 0, error: null });
      await server.closeSocket(far);
    });
    expect(flows).toHaveLength(2);
    const [near, far] = ['client', 'server'].map((comm) => flows.find((flow) => flow.comm === comm));
    expect(near).toMatchObject({ protocol: 'tcp', rport: 5000, pid: client.pid, raddr: addr, retrans: 0 });
    expect(far).toMatchObject({ protocol: 'tcp', lport: 5000, pid: server.pid, laddr: addr });
    expect(near).toMatchObject({ tx_bytes: sent.there, rx_bytes: sent.back });
    expect(far).toMatchObject({ tx_bytes: sent.back, rx_bytes: sent.there });
    expect(totals).toMatchObject({ tx_bytes: sent.there + sent.back, rx_bytes: sent.there + sent.back, flows: 2 });
    for (const { tx_wire_bytes, tx_bytes, tx_packets } of [near, far] as unknown as Record<string, number>[]) {
      const headers = tx_wire_bytes - tx_bytes;
      expect(headers).toBeGreaterThanOrEqual(tx_packets * (IP_HEADER[family] + TCP_HEADER.least));
      expect(headers).toBeLessThanOrEqual(tx_packets * (IP_HEADER[family] + TCP_HEADER.most));
    }
  });

  it('UDP: datagrams, their payload and their bytes on the wire', { tags }, async () => {
    const { net, cgroup, client, server } = await testScene();
    const headers = IP_HEADER[family] + UDP_HEADER;
    const { flows, totals } = await flowsOf(cgroup, ['--udp'], async () => {
      const to = await server.bind({ addr: net.far[family], port: 5000 });
      const from = await client.bind({ addr: net.near[family], port: 6000 });
      await client.sendTo(from, placeOf(to), 1000, 20);
      await server.recv(to, 20_000);
      await client.sendTo(from, placeOf(to), 0, 3);
      await server.sendTo(to, placeOf(from), 7);
      await client.recv(from, 7);
    });
    const there = { packets: 23, bytes: 20_000, wire: 20_000 + 23 * headers };
    const back = { packets: 1, bytes: 7, wire: 7 + headers };
    const near = flows.find(({ lport }) => lport === 6000);
    const far = flows.find(({ lport }) => lport === 5000);
    expect(flows).toHaveLength(2);
    expect(near).toMatchObject({ protocol: 'udp', rport: 5000, pid: client.pid, state: null, srtt: null });
    expect(far).toMatchObject({ protocol: 'udp', rport: 6000, pid: server.pid });
    expect(amounts(near)).toEqual({
      tx_bytes: there.bytes,
      rx_bytes: back.bytes,
      tx_wire_bytes: there.wire,
      rx_wire_bytes: back.wire,
      tx_packets: there.packets,
      rx_packets: back.packets,
    });
    expect(amounts(far)).toEqual({
      tx_bytes: back.bytes,
      rx_bytes: there.bytes,
      tx_wire_bytes: back.wire,
      rx_wire_bytes: there.wire,
      tx_packets: back.packets,
      rx_packets: there.packets,
    });
    expect(totals).toMatchObject({ tx_wire_bytes: there.wire + back.wire, tx_packets: there.packets + back.packets });
  });

  it('a datagram that is larger than the MTU is one, with one header', { tags: 'anywhere' }, async () => {
    const { net, cgroup, client, server } = await testScene();
    const { flows } = await flowsOf(cgroup, [], async () => {
      const to = await server.bind({ addr: net.far[family] });
      const from = await client.bind({ addr: net.near[family] });
      await client.sendTo(from, placeOf(to), 30_000);
      await server.recv(to, 30_000);
    });
    const wire = 30_000 + UDP_HEADER + IP_HEADER[family];
    expect(flows.map(({ comm, tx_packets, tx_wire_bytes }) => [comm, tx_packets, tx_wire_bytes])).toContainEqual([
      'client',
      1,
      wire,
    ]);
    expect(flows.find(({ comm }) => comm === 'server')).toMatchObject({ rx_packets: 1, rx_wire_bytes: wire });
  });
});

it('a connection that is older than the run is known with its process, and counts from now on', {
  tags: 'anywhere',
}, async () => {
  const { net, cgroup, client, server } = await testScene();
  const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
  const near = await client.connect({ addr: net.far.ipv4, port: 5000 });
  const far = await server.accept(listener);
  await client.send(near, 3000);
  await server.recv(far, 3000);
  const { flows } = await flowsOf(cgroup, [], async () => {
    await client.send(near, 111);
    // nobody reads it: what is known of the server's side is only who holds it
    await server.readable(far);
  });
  expect(flows.find(({ lport }) => lport === near.port)).toMatchObject({ pid: client.pid, tx_bytes: 111, rx_bytes: 0 });
  expect(flows.find(({ lport }) => lport === 5000)).toMatchObject({ pid: server.pid, comm: 'server', rx_bytes: 111 });
});

it('what is sent again is on the wire, but no payload', { tags: 'anywhere' }, async () => {
  const { net, cgroup, client, server } = await testScene();
  const { flows } = await flowsOf(cgroup, [], async () => {
    const listener = await server.listen({ addr: net.far.ipv4, port: 5000 });
    const near = await client.connect({ addr: net.far.ipv4, port: 5000 });
    const far = await server.accept(listener);
    net.far.ip('link', 'set', 'cable', 'down');
    await client.send(near, 500);
    for (let again = 0; again < 2; ) again = (await client.info(near)).total_retrans;
    net.far.ip('link', 'set', 'cable', 'up');
    net.far.ip('neighbour', 'replace', net.near.ipv4, 'lladdr', net.near.mac, 'dev', 'cable', 'nud', 'permanent');
    await server.recv(far, 500);
  });
  const flow = flows.find(({ rport }) => rport === 5000) as Record<string, number> | undefined;
  expect(flow).toMatchObject({ tx_bytes: 500 });
  expect(flow?.retrans).toBeGreaterThanOrEqual(2);
  expect(flow?.tx_wire_bytes).toBeGreaterThanOrEqual(1500);
  expect(flows.find(({ lport }) => lport === 5000)).toMatchObject({ rx_bytes: 500 });
});
