import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectGone, expectNoOrphans, recordsOf } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { PATIENCE, PROMPT, start } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

/** What a tool could leave mounted. */
const kernelMounts = () =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => / - (bpf|tracefs|debugfs|securityfs) /.test(line));

const ways = [
  ['execs', []],
  ['failed ones, too', ['-x']],
  ['the same through one hook', ['-x', '--plan', 'raw_tp']],
] as const;

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  it.each(ways)('ends it with its summary and nothing left: %s', async (what, options) => {
    const mounts = kernelMounts();
    const tool = start(['execsnoop', '--json', '--ready-fd', '3', '-P', `${stage.pid}`, ...options]);
    await tool.ready;
    const held = heldBy(tool.pid);
    await stage.run({ file: '/bin/true', args: ['just before'] });
    const { stdout, status, took } = await tool.stop(signal);
    const records = recordsOf(stdout);
    expect(records.map(({ type, args }) => [type, args])).toEqual([
      ['exec', ['just before']],
      ['summary', undefined],
    ]);
    expect(records[1]).toMatchObject({ events: 1, lost: 0 });
    expect(status).toBe(0);
    expect(took).toBeLessThan(PROMPT);
    console.log(`${signal}, ${what}: the end came after ${took.toFixed(0)} ms`);
    await expectGone(held);
    expect(kernelMounts()).toEqual(mounts);
  });
});

it('SIGKILL leaves nothing', async () => {
  const mounts = kernelMounts();
  const tool = start(['execsnoop', '-x', '--ready-fd', '3', '-P', `${stage.pid}`]);
  await tool.ready;
  const held = heldBy(tool.pid);
  expect(await tool.stop('SIGKILL')).toMatchObject({ status: null, signal: 'SIGKILL' });
  await expectGone(held);
  expect(kernelMounts()).toEqual(mounts);
});

it('a signal ends it also in the middle of a storm', async () => {
  const tool = start(['execsnoop', '--json', '--ready-fd', '3', '-P', `${stage.pid}`]);
  await tool.ready;
  const storm = stage.run({ file: '/bin/true', args: ['true'], times: 2000 });
  await tool.stdout.until('"exec"');
  const { stdout, status, took } = await tool.stop();
  expect(took).toBeLessThan(PROMPT);
  expect(status).toBe(0);
  const records = recordsOf(stdout);
  expect(records.at(-1)).toMatchObject({ type: 'summary', events: records.length - 1, lost: 0 });
  await storm;
});

/**
 * A signal at any moment between its start and its being ready. Until Node.js runs the first line of the command, the
 * signal has its usual effect; from then on the end is an orderly one.
 */
it('a signal while it loads leaves nothing and says nothing odd', { timeout: PATIENCE }, async () => {
  const first = start(['execsnoop', '--ready-fd', '3', '-P', `${stage.pid}`]);
  const begun = performance.now();
  await first.ready;
  const load = performance.now() - begun;
  await first.stop();
  const ends: string[] = [];
  for (let moment = 0; moment < 16; moment++) {
    const tool = start(['execsnoop', '-x', '-P', `${stage.pid}`]);
    await setTimeout((load * moment) / 15);
    const { status, signal, stdout, stderr } = await tool.stop();
    if (signal) expect({ signal, stdout, stderr }).toEqual({ signal: 'SIGINT', stdout: '', stderr: '' });
    else {
      expect(stdout).toBe('PCOMM            PID     PPID    RET ARGS\n');
      expect(stderr).toMatch(/^execsnoop: 0 events in \d+\.\d s, none lost\n$/);
      expect(status).toBe(0);
    }
    ends.push(signal ?? 'orderly');
  }
  await expectNoOrphans();
  expect(ends[0]).toBe('SIGINT');
  expect(ends.at(-1)).toBe('orderly');
});
