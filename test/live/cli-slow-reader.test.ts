import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture } from './harness/capture.ts';
import { recordsOf } from './harness/observe.ts';
import { into, openPipe } from './harness/pipe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { PATIENCE, PROMPT } from './harness/tool.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const program = { file: '/bin/true', args: ['true'] };

describe('a reader that does not read', () => {
  const execs = 600;
  /** Together twice as much as the ring and the pipe hold. */
  const large = (times?: number) => ({ file: '/bin/true', args: ['true', 'x'.repeat(7000)], times });
  const options = ['--json', '--ring-size', '2M'];

  it('does not keep the tool from taking events, which are written when it reads', { timeout: PATIENCE }, async () => {
    const pipe = openPipe();
    const tool = await into(pipe, stage, ...options);
    // one after the other: a ring of this size is full after half a second in which nobody takes anything
    for (let i = 1; i < execs; i++) await stage.run(large());
    await stage.run({ ...program, args: ['the last'] });
    const output = capture(pipe.read());
    await output.until('"the last"');
    const { status, stderr } = await tool.stop();
    const records = recordsOf((await output.whole).toString());
    expect(records.filter(({ type }) => type === 'exec')).toHaveLength(execs);
    expect(records.at(-1)).toMatchObject({ type: 'summary', events: execs, lost: 0 });
    expect(stderr).toMatch(/^execsnoop: 600 events in \d+\.\d s, none lost\n$/);
    expect(status).toBe(0);
  });

  it('does not delay the end, and what it has not read is said', { timeout: PATIENCE }, async () => {
    const pipe = openPipe();
    const tool = await into(pipe, stage, ...options);
    await stage.run(large(execs));
    const { status, stderr, took } = await tool.stop();
    expect(took).toBeLessThan(PROMPT);
    console.log(`SIGINT while the reader does not read: the end came after ${took.toFixed(0)} ms`);
    const [, unwritten] =
      /^execsnoop: (\d+) events not written: the reader of standard output does not read$/m.exec(stderr) ?? [];
    expect(Number(unwritten)).toBeGreaterThan(execs / 2);
    expect(Number(unwritten)).toBeLessThanOrEqual(execs);
    expect(status).toBe(0);
    const whole = (await capture(pipe.read()).whole).toString();
    // the pipe holds more than the 64 KiB that it was made with
    expect(whole.length).toBeGreaterThan(512 * 1024);
    expect(whole.match(/^\{.*\}$/gm)?.length).toBeGreaterThanOrEqual(execs - Number(unwritten));
  });

  it('loses what nobody could keep, by number', { timeout: PATIENCE }, async () => {
    const pipe = openPipe();
    const tool = await into(pipe, stage, '--json', '--max-args-bytes', '32K', '--require-complete');
    await stage.run({ ...large(execs), args: ['true', 'x'.repeat(32_000)] });
    await tool.stderr.until(/ because the reader of standard output is too slow$/m);
    const output = capture(pipe.read());
    const { status, stderr } = await tool.stop();
    const records = recordsOf((await output.whole).toString());
    const events = records.filter(({ type }) => type === 'exec').length;
    const lost = records.filter(({ type }) => type === 'lost').reduce((sum, record) => sum + Number(record.lost), 0);
    expect(events).toBeGreaterThan(0);
    expect(events + lost).toBe(execs);
    expect(records.at(-1)).toMatchObject({ type: 'summary', events, lost });
    expect(stderr).toMatch(new RegExp(`, ${lost} lost$`, 'm'));
    expect(status).toBe(91);
  });
});
