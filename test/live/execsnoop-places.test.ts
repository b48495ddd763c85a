import { copyFileSync, mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stageFile } from './harness/build.ts';
import { testCgroup } from './harness/cgroup.ts';
import { events, rows } from './harness/execsnoop.ts';
import { cgroupId } from './harness/facts.ts';
import { testFolder } from './harness/folder.ts';
import { type Outcome, openStage, type Request, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

async function seenOf(request: Partial<Request>, args: readonly string[] = []) {
  let outcome: Outcome | undefined;
  const seen = await events(stage, args, async () => {
    outcome = await stage.run({ file: '/bin/true', args: ['true'], ...request });
  });
  return { seen, outcome };
}

it('a thread that calls exec takes over the id of its process', async () => {
  const { seen, outcome } = await seenOf({ thread: true });
  expect(outcome?.tid).not.toBe(outcome?.pid);
  expect(seen).toEqual([expect.objectContaining({ pid: outcome?.pid, tid: outcome?.tid, ns_pid: outcome?.pid })]);
});

it('a process has its own number in its own PID namespace', async () => {
  const { seen, outcome } = await seenOf({ pidns: true });
  expect(seen).toEqual([expect.objectContaining({ pid: outcome?.pid, ns_pid: 1, ppid: stage.pid })]);
});

it('the terminal', { tags: 'anywhere' }, async () => {
  const { seen, outcome } = await seenOf({ terminal: true });
  expect(outcome?.terminal).toMatch(/^\/dev\/pts\/\d+$/);
  expect(seen).toEqual([expect.objectContaining({ tty: outcome?.terminal.slice('/dev/'.length) })]);
});

it('paths are as they are seen from inside of a chroot', async () => {
  const root = testFolder();
  mkdirSync(`${root}/bin/deep`, { recursive: true });
  copyFileSync(stageFile(), `${root}/bin/deep/program`);
  const { seen } = await seenOf({ file: '/bin/deep/program', root, cwd: '/bin' });
  expect(seen).toEqual([expect.objectContaining({ exe: '/bin/deep/program', cwd: '/bin', comm: 'program' })]);
});

it('the root directory', { tags: 'anywhere' }, async () => {
  const { seen } = await seenOf({ cwd: '/' });
  expect(seen).toEqual([expect.objectContaining({ cwd: '/' })]);
});

it('paths across mount points', async () => {
  const { seen } = await seenOf({ cwd: '/proc/sys/kernel' });
  expect(seen).toEqual([expect.objectContaining({ cwd: '/proc/sys/kernel' })]);
});

it('a user by number and by name', { tags: 'anywhere' }, async () => {
  const { seen } = await seenOf({ uid: 65534 });
  expect(seen).toEqual([expect.objectContaining({ uid: 65534, user: 'nobody' })]);
});

it('a user without a name by number only', { tags: 'anywhere' }, async () => {
  const { seen } = await seenOf({ uid: 3_987_654_321 });
  expect(seen).toEqual([expect.objectContaining({ uid: 3_987_654_321, user: '3987654321' })]);
});

it('the cgroup, and no container', { tags: 'anywhere' }, async () => {
  const [, { path, directory }] = testCgroup('inner');
  const { seen } = await seenOf({ cgroup: directory });
  expect(seen).toEqual([expect.objectContaining({ cgroup: path, cgroup_id: cgroupId(path), container_id: null })]);
});

it('the container whose id the cgroup carries', { tags: 'anywhere' }, async () => {
  const id = '0123456789abcdef'.repeat(4);
  const [, , { path, directory }] = testCgroup(`docker-${id}.scope`, 'init');
  const { seen } = await seenOf({ cgroup: directory });
  expect(seen).toEqual([expect.objectContaining({ cgroup: path, container_id: id })]);
});

it('the container in the table by twelve digits', { tags: 'anywhere' }, async () => {
  const id = 'fedcba9876543210'.repeat(4);
  const [, { directory }] = testCgroup(id);
  const run = () => stage.run({ file: '/bin/true', args: ['true'], cgroup: directory });
  expect(await rows(stage, ['--columns', 'container_id,comm'], run)).toEqual(['fedcba987654 true']);
});
