import { readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stageFile } from './harness/build.ts';
import { events } from './harness/execsnoop.ts';
import { cgroupId, cgroupOf, millis } from './harness/facts.ts';
import { testFolder } from './harness/folder.ts';
import { type Outcome, openStage, type Request, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const cpu = availableParallelism() - 1;
/** So far, in ms, may the clock of the events be from the wall clock, with which it is compared once a second. */
const DRIFT = 2;

/** Runs it under execsnoop. */
async function seenOf(request: Request, args: readonly string[] = []) {
  let outcome: Outcome | undefined;
  let ready = 0;
  const begun = Date.now();
  const seen = await events(stage, args, async () => {
    ready = Date.now();
    outcome = await stage.run(request);
  });
  return { seen, outcome, begun, ready, ended: Date.now() };
}

describe.each(['tp_btf', 'raw_tp'])('every column of a successful exec, through %s', (plan) => {
  it.each(['execve', 'execveat', 'fexecve'] as const)('%s', async (how) => {
    const folder = testFolder();
    const file = `${folder}/called-thus`;
    const out = `${folder}/comm`;
    symlinkSync('/bin/cat', file);
    const { seen, outcome, begun, ready, ended } = await seenOf(
      { how, file, args: ['zero', '/proc/self/comm'], cpu, cwd: '/usr/share', out },
      ['--plan', plan],
    );
    const comm = readFileSync(out, 'utf8').trimEnd();
    const cgroup = cgroupOf(stage.pid);
    expect(seen).toEqual([
      {
        v: 1,
        type: 'exec',
        time: expect.any(String),
        elapsed: expect.any(Number),
        uid: 0,
        user: 'root',
        comm,
        pid: outcome?.pid,
        tid: outcome?.pid,
        ns_pid: outcome?.pid,
        parent_comm: 'stage',
        ppid: stage.pid,
        cpu,
        ret: 0,
        error: null,
        exe: realpathSync(file),
        cwd: '/usr/share',
        tty: null,
        cgroup_id: cgroupId(cgroup),
        cgroup,
        container_id: null,
        args_truncated: false,
        args: ['zero', '/proc/self/comm'],
      },
    ]);
    const time = millis(seen[0].time);
    expect(time).toBeGreaterThan(ready - DRIFT);
    expect(time).toBeLessThan(ended + DRIFT);
    const start = time - Number(seen[0].elapsed) * 1000;
    expect(start).toBeGreaterThan(begun - DRIFT);
    expect(start).toBeLessThan(ready + DRIFT);
  });
});

it('the name that execve is called by is the command', async () => {
  const folder = testFolder();
  symlinkSync(stageFile(), `${folder}/a-name-of-seventeen`);
  const { seen } = await seenOf({ file: `${folder}/a-name-of-seventeen`, args: ['other'] });
  expect(seen.map(({ comm }) => comm)).toEqual(['a-name-of-seven']);
});
