import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { testScene } from './harness/flows.ts';
import { testFolder } from './harness/folder.ts';
import { placeOf } from './harness/net/calls.ts';
import { ASKED, nameServer, record, reply, wireName } from './harness/net/dns.ts';
import { type Net, testNet } from './harness/net/hosts.ts';
import { testPeer } from './harness/net/peer.ts';
import { linesOf, recordsOf } from './harness/observe.ts';
import { start } from './harness/tool.ts';

/** Type of a record that has the name of an address. */
const PTR = 12;

/** Words before a command that give it files of its own. */
function withFiles(files: Readonly<Record<string, string>>): string[] {
  const folder = testFolder();
  const mounts = Object.entries(files).map(([path, text], i) => {
    writeFileSync(`${folder}/${i}`, text);
    return `mount --bind ${folder}/${i} ${path} && `;
  });
  return ['unshare', '-m', '/bin/sh', '-c', `${mounts.join('')}exec "$@"`, 'sh'];
}

/** Words before a command for which the hosts file knows one host, and a name server the other. */
async function withNames({ near }: Pick<Net, 'near'>): Promise<string[]> {
  const resolver = '127.53.0.2';
  await nameServer(resolver, (query) => reply(query, [record(ASKED, PTR, wireName('far', 'example'))]));
  return withFiles({
    '/etc/hosts': `${near.ipv4} near.example\n`,
    '/etc/resolv.conf': `nameserver ${resolver}\n`,
  });
}

/** Connects from one host to the other one, until its name is shown. */
async function shownByName(...args: readonly string[]) {
  const net = testNet();
  const [client, server] = [await testPeer(net.near, { comm: 'client' }), await testPeer(net.far)];
  const { port } = await server.listen({ addr: net.far.ipv4 });
  const under = await withNames(net);
  const words = ['tcpconnect', '--resolve', '--ready-fd', '3', '--netns', net.near.netns, ...args];
  const tool = start(words, { under });
  await tool.ready;
  const heads = args.includes('--json') ? 0 : 1;
  for (let lines = heads + 1; !tool.stdout.text.includes('far.example'); lines++) {
    await client.connect({ addr: net.far.ipv4, port });
    await tool.stdout.until(new RegExp(`^(.*\\n){${lines}}`));
  }
  const { status, stdout } = await tool.stop();
  expect(status).toBe(0);
  return { net, stdout };
}

it('the first row of an address that is to be asked for has no name, later ones do', async () => {
  const { net, stdout } = await shownByName();
  const ends = linesOf(stdout).map((line) => line.split(/ +/).filter((_, i) => i === 3 || i === 4));
  expect(ends[0]).toEqual(['SADDR', 'DADDR']);
  expect(ends[1]).toEqual(['near.example', net.far.ipv4]);
  expect(ends.at(-1)).toEqual(['near.example', 'far.example']);
});

it('in JSON the addresses stay, and the names have their own keys', async () => {
  const { net, stdout } = await shownByName('--json');
  const rows = recordsOf(stdout).slice(0, -1);
  const ends = { laddr: net.near.ipv4, raddr: net.far.ipv4 };
  expect(rows[0]).toMatchObject({ ...ends, lname: 'near.example', rname: null });
  expect(rows.at(-1)).toMatchObject({ ...ends, lname: 'near.example', rname: 'far.example' });
});

it('names are columns to choose', async () => {
  const { stdout } = await shownByName('--columns', 'comm,lname,rname');
  expect(linesOf(stdout)[0]).toMatch(/^COMM +LNAME +RNAME$/);
  expect(linesOf(stdout)[1]).toMatch(/^client +near\.example +-$/);
});

it('flowtop has names for the ends of a flow once they are known, interval by interval', async () => {
  const { net, cgroup, client, server } = await testScene();
  const under = await withNames(net);
  const words = ['flowtop', '--resolve', '--json', '-i', '100ms', '--cgroup', cgroup.path, '--ready-fd', '3'];
  const tool = start(words, { under });
  await tool.ready;
  const to = await server.bind({ addr: net.far.ipv4, port: 5000 });
  const from = await client.bind({ addr: net.near.ipv4, port: 6000 });
  for (let intervals = 1; !tool.stdout.text.includes('"rname":"far.example"'); intervals++) {
    await client.sendTo(from, placeOf(to), 100);
    await tool.stdout.until(new RegExp(`("type":"totals"[^]*){${intervals}}`));
  }
  const { status, stdout } = await tool.stop();
  expect(status).toBe(0);
  const rows = recordsOf(stdout).filter(({ type, lport }) => type === 'flow' && lport === 6000);
  const ends = { laddr: net.near.ipv4, raddr: net.far.ipv4 };
  expect(rows[0]).toMatchObject({ ...ends, lname: 'near.example', rname: null });
  expect(rows.at(-1)).toMatchObject({ ...ends, lname: 'near.example', rname: 'far.example' });
});
