import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture } from './harness/capture.ts';
import { expectGone, expectNoOrphans, linesOf } from './harness/observe.ts';
import { into, openPipe } from './harness/pipe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { command, PATIENCE, PROMPT, start } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const program = { file: '/bin/true', args: ['true'] };

describe('a reader that goes away', () => {
  it('ends the tool at once, though it has nothing to write', async () => {
    const pipe = openPipe();
    const tool = await into(pipe, stage);
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
    const tool = await into(pipe, stage, '--json');
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
