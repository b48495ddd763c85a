// @module-tag anywhere
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { testScene } from './harness/flows.ts';
import { testFolder } from './harness/folder.ts';
import { placeOf } from './harness/net/calls.ts';
import { linesOf, recordsOf } from './harness/observe.ts';
import { run, start } from './harness/tool.ts';

it('assertions, waiting, reports and recordings are about the rows of every interval', async () => {
  const { net, client, server, cgroup } = await testScene();
  const folder = testFolder();
  const file = `${folder}/run.ekr`;
  const tool = start([
    ...['flowtop', '--ready-fd', '3', '--cgroup', cgroup.path, '-i', '100ms', '--json'],
    ...['--wait-for', 'rport == 5003', '--timeout', '1m', '--fail-if', 'protocol == "udp"', '--expect', 'pid == 1'],
    ...['--record', file, '--report', `markdown=${folder}/r.md`],
  ]);
  await tool.ready;
  const to = await server.bind({ addr: net.far.ipv4, port: 5003 });
  await client.sendTo(await client.bind({ addr: net.near.ipv4 }), placeOf(to), 5);
  const { status, stderr } = await tool.end;
  expect(status).toBe(90);
  const said = linesOf(stderr).slice(1);
  expect(said[0]).toMatch(/^flowtop: failed: --fail-if protocol == "udp": pid=\d+ comm=/);
  expect(said[1]).toMatch(/^flowtop: failed: --expect pid == 1: no event of \d+$/);
  expect(readFileSync(`${folder}/r.md`, 'utf8')).toMatch(/^### flowtop: 2 of 3 checks failed\n/);

  const again = await run(['replay', file, '--json', '--filter', 'rport == 5003', '--columns', 'comm,tx_bytes,user']);
  expect(again.status).toBe(0);
  expect(recordsOf(again.stdout)[0]).toMatchObject({ type: 'flow', comm: 'client', tx_bytes: 5, user: 'root' });
});
