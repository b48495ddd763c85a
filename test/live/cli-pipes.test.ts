import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture } from './harness/capture.ts';
import { expectGone, expectNoOrphans, linesOf, recordsOf } from './harness/observe.ts';
import { openPipe, type Pipe } from './harness/pipe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { command, PATIENCE, PROMPT, start, type Tool } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const program = { file: '/bin/true', args: ['true'] };

/** execsnoop, writing into a pipe. */
async function into(pipe: Pipe, ...options: readonly string[]): Promise<Tool> {
  const args = ['execsnoop', '--ready-fd', '3', '-P', `${stage.pid}`, ...options];
  const tool = start(args, { stdout: pipe.writeEnd });
  closeSync(pipe.writeEnd);
  await tool.ready;
  return tool;
}

describe('a reader that goes away', () => {
  it('ends the tool at once, though it has nothing to write', async () => {
    const pipe = openPipe();
    const tool = await into(pipe);
    const held = heldBy(tool.pid);
    const left = performance.now();
    pipe.leave();
    const { status, stderr } = await tool.end;
    expect(performance.now() - left).toBeLessThan(PROMPT);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await expectGone(held);
  });

  it('before the tool is ready', async () => {
    const pipe = openPipe();
    const tool = start(['execsnoop', '-P', `${stage.pid}`], { stdout: pipe.writeEnd });
    closeSync(pipe.writeEnd);
    pipe.leave();
    const { status, stderr } = await tool.end;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await expectNoOrphans();
  });

  it('in the middle of a storm', { timeout: PATIENCE }, async () => {
    const pipe = openPipe();
    const tool = await into(pipe, '--json');
    const held = heldBy(tool.pid);
    const storm = stage.run({ ...program, times: 3000 });
    const reader = pipe.read();
    await capture(reader).until('"exec"');
    const left = performance.now();
    reader.destroy();
    const { status, stderr } = await tool.end;
    expect(performance.now() - left).toBeLessThan(PROMPT);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await expectGone(held);
    await storm;
  });

  it('as head does, in a shell', { timeout: PATIENCE }, async () => {
    const words = ['execsnoop', '--ready-fd', '3', '-P', `${stage.pid}`, '--columns', 'args'];
    const shell = spawn('/bin/sh', ['-c', '"$@" | head -n 2', 'sh', process.execPath, command, ...words], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const [stdout, stderr, third] = [shell.stdout, shell.stderr, shell.stdio[3]].map((s) => capture(s as Readable));
    const end = once(shell, 'close');
    await third.until('ready');
    const begun = performance.now();
    const storm = stage.run({ ...program, times: 3000 });
    const [status] = await end;
    console.log(`| head -n 2 in a storm ended after ${(performance.now() - begun).toFixed(0)} ms`);
    expect(performance.now() - begun).toBeLessThan(PROMPT);
    expect([status, stdout.text, stderr.text]).toEqual([0, 'ARGS\ntrue\n', '']);
    await storm;
  });
});

describe('a reader that does not read', () => {
  const execs = 600;
  /** Together twice as much as the ring and the pipe hold. */
  const large = (times?: number) => ({ file: '/bin/true', args: ['true', 'x'.repeat(7000)], times });
  const options = ['--json', '--ring-size', '2M'];

  it('does not keep the tool from taking events, which are written when it reads', { timeout: PATIENCE }, async () => {
    const pipe = openPipe();
    const tool = await into(pipe, ...options);
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
    const tool = await into(pipe, ...options);
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
    expect(whole.match(/^\{.*\}$/gm)?.length).toBeGreaterThanOrEqual(execs - Number(unwritten));
  });

  it('loses what nobody could keep, by number', { timeout: PATIENCE }, async () => {
    const pipe = openPipe();
    const tool = await into(pipe, '--json', '--max-args-bytes', '32K', '--require-complete');
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

it('a full disk behind standard output is one line', async () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = await start(['execsnoop', '-P', `${stage.pid}`], { stdout: full }).end;
  closeSync(full);
  expect(linesOf(stderr)).toEqual([
    'execsnoop: writing to standard output: no space left on device',
    'execsnoop: make room on that disk, or send the output elsewhere',
  ]);
  expect(status).toBe(1);
  await expectNoOrphans();
});

it('a closed standard output is none, and no descriptor of its own takes the place', async () => {
  const tool = start(['execsnoop', '--ready-fd', '3', '-P', `${stage.pid}`], {
    under: ['/bin/sh', '-c', 'exec "$@" >&-', 'sh'],
  });
  await tool.ready;
  await stage.run(program);
  const { status, stderr } = await tool.stop();
  expect(stderr).toMatch(/^execsnoop: 1 event in \d+\.\d s, none lost\n$/);
  expect(status).toBe(0);
});
