// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stageFile } from './harness/build.ts';
import { expectGone, recordsOf } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { type End, PATIENCE, start, type Tool } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const series = (times: number, bytes = 0) => ({ file: stageFile(), args: ['quick', 'x'.repeat(bytes)], times });

/** Runs execsnoop with these options, and ends it after `cause`. */
async function watched(options: readonly string[], cause: (tool: Tool) => Promise<unknown>): Promise<End> {
  const tool = start(['execsnoop', '--ready-fd', '3', '-P', `${stage.pid}`, ...options]);
  await tool.ready;
  const held = heldBy(tool.pid);
  await cause(tool);
  const end = await tool.stop();
  await expectGone(held);
  return end;
}

/** So many execs, while the tool is stopped: they must wait in the ring, or are lost. */
const whileStopped = (times: number, bytes?: number) => async (tool: Tool) => {
  tool.process.kill('SIGSTOP');
  await stage.run(series(times, bytes));
  tool.process.kill('SIGCONT');
};

describe('events that do not fit into the ring', () => {
  const execs = 200;

  it('are counted in JSON, in the summary and on standard error; none is forgotten', async () => {
    const { stdout, stderr, status } = await watched(['--json', '--ring-size', '4096'], whileStopped(execs));
    const records = recordsOf(stdout);
    const events = records.filter(({ type }) => type === 'exec').length;
    const lost = records.filter(({ type }) => type === 'lost').reduce((sum, record) => sum + Number(record.lost), 0);
    expect(lost).toBeGreaterThan(0);
    expect(events).toBeGreaterThan(0);
    expect(events + lost).toBe(execs);
    expect(records.at(-1)).toMatchObject({ type: 'summary', events, lost });
    expect(stderr).toMatch(
      new RegExp(
        `^execsnoop: lost ${lost} events: so far ${lost} because the ring buffer was full \\(see --ring-size\\)$`,
        'm',
      ),
    );
    expect(stderr).toMatch(new RegExp(`^execsnoop: ${events} events in \\d+\\.\\d s, ${lost} lost$`, 'm'));
    expect(status).toBe(0);
  });

  it('are said while it runs', async () => {
    const { stderr } = await watched(['--ring-size', '4096'], async (tool) => {
      await whileStopped(execs)(tool);
      await tool.stderr.until(/^execsnoop: lost \d+ events: so far \d+ because the ring buffer was full/m);
    });
    expect(stderr.match(/lost \d+ events: /g)).toHaveLength(1);
  });

  it('are said twice when it happens twice', async () => {
    const { stdout, stderr } = await watched(['--json', '--ring-size', '4096'], async (tool) => {
      await whileStopped(execs)(tool);
      await tool.stdout.until('"type":"lost"');
      await whileStopped(execs)(tool);
    });
    const lost = recordsOf(stdout).flatMap((record) => (record.type === 'lost' ? [Number(record.lost)] : []));
    expect(lost).toHaveLength(2);
    const sum = lost[0] + lost[1];
    expect(stderr).toMatch(`lost ${lost[1]} events: so far ${sum} because the ring buffer was full`);
    expect(recordsOf(stdout).filter(({ type }) => type === 'exec').length + sum).toBe(2 * execs);
  });

  it('make the status 91 with --require-complete', async () => {
    const { status } = await watched(['--require-complete', '--ring-size', '4096'], whileStopped(execs));
    expect(status).toBe(91);
  });

  it('are fewer in a larger ring: with --require-complete all is well then', async () => {
    const { stdout, stderr, status } = await watched(['--json', '--require-complete'], whileStopped(execs, 4000));
    expect(recordsOf(stdout).filter(({ type }) => type === 'exec')).toHaveLength(execs);
    expect(stderr).toMatch(/^execsnoop: 200 events in \d+\.\d s, none lost\n$/);
    expect(status).toBe(0);
  });
});

it('5,000 execs, as fast as they come, are all shown', { timeout: PATIENCE }, async () => {
  const execs = 5000;
  let took = 0;
  const { stdout, status } = await watched(['--json', '--require-complete'], async () => {
    const begun = performance.now();
    expect(await stage.run(series(execs))).toMatchObject({ started: execs });
    took = performance.now() - begun;
  });
  const records = recordsOf(stdout);
  const pids = records.filter(({ type }) => type === 'exec').map(({ pid }) => pid);
  expect(pids).toHaveLength(execs);
  expect(new Set(pids).size).toBe(execs);
  expect(records.at(-1)).toMatchObject({ type: 'summary', events: execs, lost: 0 });
  expect(status).toBe(0);
  console.log(`${execs} execs in ${(took / 1000).toFixed(2)} s under execsnoop, none lost`);
});
