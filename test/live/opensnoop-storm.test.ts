// @module-tag anywhere
import { closeSync, openSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { testFolder } from './harness/folder.ts';
import { expectGone, recordsOf } from './harness/observe.ts';
import { open } from './harness/opens.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { PATIENCE, PROMPT, start } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

/** opensnoop, watching a cgroup of its own. */
async function watching(...options: readonly string[]) {
  const [{ path, directory }] = testCgroup();
  const tool = start(['opensnoop', '--json', '--ready-fd', '3', '--cgroup', path, ...options]);
  await tool.ready;
  return { tool, held: heldBy(tool.pid), cgroup: directory };
}

describe.each(['tp_btf', 'raw_tp', 'tracepoint'])('through %s', (plan) => {
  it('20,000 opens, as fast as they come, are all shown', { timeout: PATIENCE }, async () => {
    const opens = 20_000;
    const columns = 'time,pid,err,path';
    const { tool, held, cgroup } = await watching('--plan', plan, '--columns', columns, '--require-complete');
    const [{ pid }] = await open(stage, { file: '/nonexistent/file', times: opens, cgroup });
    const { stdout, status } = await tool.stop();
    const records = recordsOf(stdout);
    const seen = records.filter(({ type }) => type === 'open');
    expect(seen).toHaveLength(opens);
    expect(new Set(seen.map((row) => [row.pid, row.err, row.path].join(' ')))).toEqual(
      new Set([`${pid} 2 /nonexistent/file`]),
    );
    const times = seen.map(({ time }) => String(time));
    expect(times).toEqual(times.toSorted());
    expect(records.at(-1)).toMatchObject({ type: 'summary', events: opens, lost: 0 });
    expect(status).toBe(0);
    await expectGone(held);
  });
});

it('what does not fit into the ring is counted; none is forgotten', { timeout: PATIENCE }, async () => {
  const opens = 5000;
  const { tool, cgroup } = await watching('--ring-size', '4096', '--columns', 'path');
  tool.process.kill('SIGSTOP');
  await open(stage, { file: '/nonexistent/file', times: opens, cgroup });
  tool.process.kill('SIGCONT');
  const records = recordsOf((await tool.stop()).stdout);
  const { events, lost } = records.at(-1) as unknown as { events: number; lost: number };
  expect(lost).toBeGreaterThan(0);
  expect(events + lost).toBe(opens);
  expect(records.filter(({ type }) => type === 'open')).toHaveLength(events);
});

it('what is left in the ring when the end may wait no longer is counted as lost', { timeout: PATIENCE }, async () => {
  const opens = 400_000;
  const [{ path, directory }] = testCgroup();
  const file = `${testFolder()}/rows`;
  const stdout = openSync(file, 'w');
  // every column in JSON takes several times as long as an end may last
  const args = ['--json', '--ring-size', '64M', '--cgroup', path];
  const tool = start(['opensnoop', '--ready-fd', '3', ...args], { stdout });
  closeSync(stdout);
  await tool.ready;
  tool.process.kill('SIGSTOP');
  await open(stage, { file: '/nonexistent/file', times: opens, cgroup: directory });
  tool.process.kill('SIGINT');
  tool.process.kill('SIGCONT');
  const { stderr } = await tool.end;
  const late = /(\d+) because they were too many to be read before the end/.exec(stderr)?.[1];
  expect(Number(late)).toBeGreaterThan(0);
  const records = recordsOf(readFileSync(file, 'utf8'));
  const { events, lost } = records.at(-1) as unknown as { events: number; lost: number };
  expect(events + lost).toBe(opens);
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it in the middle of a storm', async (signal) => {
  const { tool, held, cgroup } = await watching('--columns', 'path');
  const storm = open(stage, { file: '/nonexistent/file', times: 300_000, cgroup });
  await tool.stdout.until('/nonexistent/file');
  const { status, took, stdout } = await tool.stop(signal);
  expect(status).toBe(0);
  expect(took).toBeLessThan(PROMPT);
  console.log(`${signal}: the end came after ${took.toFixed(0)} ms`);
  expect(recordsOf(stdout).at(-1)).toMatchObject({ type: 'summary' });
  await expectGone(held);
  await storm;
});
