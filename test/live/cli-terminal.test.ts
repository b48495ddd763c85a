import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { capture } from './harness/capture.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { command } from './harness/tool.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

/** What execsnoop writes to a terminal of so many columns for a long command line, a hostile one and a failed exec. */
async function screen(width: number, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const options = `--ready-fd 3 -x -P ${stage.pid} --columns comm,ret,args --max-events 3`;
  const line = `stty cols ${width} rows 24 -opost && exec ${process.execPath} ${command} execsnoop ${options}`;
  const terminal = spawn('script', ['-qfec', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
  });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  const [out, third] = [capture(terminal.stdout as Readable), capture(terminal.stdio[3] as Readable)];
  const end = once(terminal, 'close');
  await third.until('ready');
  await stage.run({ file: '/bin/true', args: ['true', 'x'.repeat(100)] });
  await stage.run({ file: '/bin/true', args: ['true', '\x1b[2J\r日本語'.repeat(9)] });
  await stage.run({ file: '/nothing', args: ['nothing'] });
  expect((await end)[0]).toBe(0);
  return out.text.split('\n').filter((text) => !text.startsWith('execsnoop: '));
}

const start = 'true               0 true ';

describe('on a terminal', () => {
  it('rows are cut to its width, and marked; the head is bold, and what failed is red', async () => {
    expect(await screen(60)).toEqual([
      '\x1b[1mPCOMM            RET ARGS\x1b[22m',
      `${start}${'x'.repeat(60 - start.length - 1)}…`,
      `${start}"\\e[2J\\r日本語\\e[2J\\r日本語\\e[2J\\…`,
      'stage             \x1b[31m-2\x1b[39m /nothing',
      '',
    ]);
  });

  it('with NO_COLOR there is none', async () => {
    const lines = await screen(200, { NO_COLOR: '1' });
    expect(lines).toEqual([
      'PCOMM            RET ARGS',
      `${start}${'x'.repeat(100)}`,
      `${start}"${'\\e[2J\\r日本語'.repeat(9)}"`,
      'stage             -2 /nothing',
      '',
    ]);
  });
});
