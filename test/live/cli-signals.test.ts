import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectGone, expectNoOrphans, recordsOf } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { PATIENCE, PROMPT, run, start } from './harness/tool.ts';
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
  ['failed ones through tracepoints', ['-x', '--plan', 'tracepoint']],
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

const MOMENTS = 12;

/** How long it takes from start to ready, ms. */
async function loadTime(options: readonly string[]): Promise<number> {
  const begun = performance.now();
  const tool = start(options);
  await tool.ready;
  const took = performance.now() - begun;
  await tool.stop();
  return took;
}

/**
 * A signal at any moment between its start and its being ready. Until Node.js runs the first line of the command, the
 * signal has its usual effect; from then on the end is an orderly one.
 */
it('a signal while it loads leaves nothing and says nothing odd', { timeout: PATIENCE }, async () => {
  const options = ['execsnoop', '-x', '--ready-fd', '3', '-P', `${stage.pid}`];
  const load = Math.min(await loadTime(options), await loadTime(options), await loadTime(options));
  const ends: string[] = [];
  for (let moment = 0; moment <= MOMENTS; moment++) {
    const tool = start(options);
    // a load takes longer when the machine is busy: the last signal comes when it is ready, however long that takes
    await (moment < MOMENTS ? setTimeout((load * moment) / MOMENTS) : tool.ready);
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

it('signals without end do not keep it from being loaded', async () => {
  const profiled = fileURLToPath(new URL('harness/profiled.mjs', import.meta.url));
  // the verifier does not meet a signal every time
  for (let i = 0; i < 5; i++) {
    const { status, stderr } = await run(['execsnoop', '--duration', '1ms'], { command: profiled });
    expect(status, stderr).toBe(0);
  }
});
