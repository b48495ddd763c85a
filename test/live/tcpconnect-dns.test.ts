import { expect, it } from 'vitest';
import { ASKED, nameServer, query, record, reply, TYPE, wireName } from './harness/net/dns.ts';
import { testPeer } from './harness/net/peer.ts';
import { linesOf, observe, observed } from './harness/observe.ts';

// Name server, client and listener are on the loopback: one process asks, another one answers.
const SERVER = '127.53.0.1';
const V4 = Buffer.of(127, 0, 0, 1);
const V6 = Buffer.from('00000000000000000000000000000001', 'hex');

interface Lookup {
  readonly question: Buffer;
  readonly records: readonly Buffer[];
  readonly how?: 'read' | 'recv' | 'recvfrom' | 'recvmsg';
}

/** A client that asks each question and then connects to 127.0.0.1, or to ::1: what is told of those connects. */
async function told(lookups: readonly Lookup[], addr = '127.0.0.1'): Promise<unknown[]> {
  let next = 0;
  await nameServer(SERVER, (message) => reply(message, lookups[next++].records));
  const client = await testPeer(undefined, { comm: 'client' });
  const { port } = await client.listen({ addr });
  const rows = await observed('tcpconnect', ['-d', '-p', `${client.pid}`], async () => {
    for (const { question, how } of lookups) {
      await client.exchange({ addr: SERVER, port: 53 }, question, how);
      await client.connect({ addr, port });
    }
  });
  return rows.map(({ query }) => query);
}

const example = wireName('www', 'example');
const a = (owner: Buffer = ASKED, data: Buffer = V4) => record(owner, TYPE.A, data);

it('the name that the process had asked for', async () => {
  expect(await told([{ question: query(example), records: [a()] }])).toEqual(['www.example']);
});

it.each(['read', 'recv', 'recvfrom', 'recvmsg'] as const)(
  'a reply that is read by %s',
  { tags: 'anywhere' },
  async (how) => {
    expect(await told([{ question: query(example), records: [a()], how }])).toEqual(['www.example']);
  },
);

it('for IPv6', { tags: 'anywhere' }, async () => {
  const aaaa = record(ASKED, TYPE.AAAA, V6);
  expect(await told([{ question: query(example, TYPE.AAAA), records: [aaaa] }], '::1')).toEqual(['www.example']);
});

it('the name that was asked for, and not the alias behind it', { tags: 'anywhere' }, async () => {
  const alias = wireName('cdn', 'example');
  const records = [record(ASKED, TYPE.CNAME, alias), a(alias)];
  expect(await told([{ question: query(example), records }])).toEqual(['www.example']);
});

it('of two names the last one; an answer about another address changes nothing', { tags: 'anywhere' }, async () => {
  const other = wireName('other', 'example');
  const lookups = [
    { question: query(example), records: [a()] },
    { question: query(other), records: [a()] },
    { question: query(wireName('third')), records: [a(ASKED, Buffer.of(192, 0, 2, 1))] },
  ];
  expect(await told(lookups)).toEqual(['www.example', 'other.example', 'other.example']);
});

it('what is no proper answer teaches nothing', { tags: 'anywhere' }, async () => {
  const lookups = [
    { question: query(example), records: [] },
    // about a name that nobody has asked for
    { question: query(example), records: [a(wireName('forged', 'example'))] },
    // a name that leads to itself: it stands behind the header and the question
    { question: query(example), records: [a(Buffer.of(0xc0, 12 + example.length + 4))] },
    // cut off
    { question: query(example), records: [a().subarray(0, -1)] },
  ];
  expect(await told(lookups)).toEqual([null, null, null, null]);
});

it('a hostile name is one line of printable text', { tags: 'anywhere' }, async () => {
  const name = wireName(Buffer.from('\x1b[2J\n'), Buffer.from([0xff, 0x2e]), '"\\');
  const text = String.raw`\027[2J\010.\255\.."\\`;
  expect(await told([{ question: query(name), records: [a()] }])).toEqual([text]);
});

it('the name stands in the last column; of others, and without -d, there is none', { tags: 'anywhere' }, async () => {
  await nameServer(SERVER, (message) => reply(message, [a()]));
  const client = await testPeer(undefined, { comm: 'asks' });
  const neighbour = await testPeer(undefined, { comm: 'does-not' });
  const { port } = await client.listen({ addr: '127.0.0.1' });
  const both = async () => {
    await client.exchange({ addr: SERVER, port: 53 }, query(example));
    for (const peer of [client, neighbour]) await peer.connect({ addr: '127.0.0.1', port });
  };
  const { stdout } = await observe('tcpconnect', ['-d', '-P', `${port}`], both);
  expect(linesOf(stdout).map((line) => line.split(/ +/).at(-1))).toEqual(['QUERY', 'www.example', '-']);
  const rows = await observed('tcpconnect', ['-P', `${port}`], both);
  expect(rows.map(({ query }) => query)).toEqual([null, null]);
});
