// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { cgroupId } from './harness/facts.ts';
import { exits, type Mourner, type Order, openMourner } from './harness/mourner.ts';
import { observe, observed, recordsOf } from './harness/observe.ts';

let mourner: Mourner;
let neighbour: Mourner;
beforeAll(() => {
  mourner = openMourner();
  neighbour = openMourner();
});
afterAll(() => Promise.all([mourner.close(), neighbour.close()]));

/** Codes of the children that are shown with these options. */
async function shown(options: readonly string[], ...orders: readonly Order[]) {
  const seen = await exits(mourner, options, async () => {
    for (const order of orders) await mourner.child(order);
  });
  return seen.map(({ exit_code, signal }) => exit_code ?? signal);
}

it('-P: the children of one process, not those of its neighbour', async () => {
  const { stdout } = await observe('exitsnoop', ['--json', '-P', `${mourner.pid}`], async () => {
    await neighbour.child({ code: 1 });
    await mourner.child({ code: 2 });
    await neighbour.child({ code: 3 });
  });
  const [exit, summary, ...more] = recordsOf(stdout);
  expect(exit).toMatchObject({ type: 'exit', exit_code: 2, ppid: mourner.pid });
  expect(summary).toMatchObject({ type: 'summary', events: 1, lost: 0 });
  expect(more).toEqual([]);
});

it('-p: one process, not its children nor others', async () => {
  const other = openMourner();
  const seen = await observed('exitsnoop', ['-p', `${other.pid}`], async () => {
    await other.child({ code: 1 });
    await mourner.child({ code: 2 });
    await other.close();
  });
  expect(seen).toEqual([expect.objectContaining({ pid: other.pid, exit_code: 0, ppid: process.pid })]);
});

it('-p: a process that is not there is waited for', async () => {
  const { stderr } = await observe('exitsnoop', ['-p', '4194304'], async () => undefined);
  expect(stderr).toContain('exitsnoop: there is no process 4194304 yet: waiting for it\n');
});

describe.each(['-x', '--failed'])('%s', (option) => {
  it('those that failed', async () => {
    const orders = [{ code: 0 }, { code: 1 }, { how: 'signal', signal: 15 }, { code: 256 }] as const;
    expect(await shown([option], ...orders)).toEqual([1, 'TERM']);
  });
});

it('-u: by name and by number', async () => {
  const orders = [{ code: 1 }, { code: 2, uid: 65534 }, { code: 3 }];
  expect(await shown(['-u', 'nobody'], ...orders)).toEqual([2]);
  expect(await shown(['--uid=0'], ...orders)).toEqual([1, 3]);
});

it('--cgroup: with those below it, without the one beside it', async () => {
  const [parent, child] = testCgroup('child');
  const [beside] = testCgroup();
  const orders = [beside, child, parent].map(({ directory }, code) => ({ code, cgroup: directory }));
  expect(await shown(['--cgroup', parent.path], { code: 9 }, ...orders)).toEqual([1, 2]);
});

it('the cgroup and the container that a process was in', async () => {
  const id = '0123456789abcdef'.repeat(4);
  const [, { path, directory }] = testCgroup(`docker-${id}.scope`);
  const seen = await exits(mourner, [], () => mourner.child({ cgroup: directory }));
  expect(seen).toEqual([expect.objectContaining({ cgroup: path, cgroup_id: cgroupId(path), container_id: id })]);
});

it('-n: by a regular expression', async () => {
  const named = (comm: string, code: number) => ({ comm: Buffer.from(comm), code });
  const orders = [named('alpha', 1), named('beta', 2), named('alphabet', 3)];
  expect(await shown(['-n', '^alpha$'], ...orders)).toEqual([1]);
  expect(await shown(['-n', 'bet'], ...orders)).toEqual([2, 3]);
});

it('--filter: by any condition over the columns', async () => {
  const orders = [{ touch: 32, code: 1 }, { code: 2 }, { how: 'signal', signal: 9 }] as const;
  expect(await shown(['--filter', 'max_rss > 33554432 || signal == "KILL"'], ...orders)).toEqual([1, 'KILL']);
});
