import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFolder } from './harness/folder.ts';
import { expectNoOrphans } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { run, start } from './harness/tool.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

describe('--ready-fd', () => {
  it('is closed as soon as everything is attached', async () => {
    const tool = start(['execsnoop', '--ready-fd', '3']);
    await tool.ready;
    await finished(tool.process.stdio[3] as Readable);
    expect(await tool.stop()).toMatchObject({ status: 0 });
  });

  it('may be a file', async () => {
    const file = `${testFolder()}/ready`;
    const fd = openSync(file, 'w');
    const tool = start(['execsnoop', '--duration', '1ms', '--ready-fd', '3'], { third: fd });
    closeSync(fd);
    expect(await tool.end).toMatchObject({ status: 0 });
    expect(readFileSync(file, 'utf8')).toBe('ready\n');
  });

  it.each(['1', '2'])('may be %s, which stays open', async (fd) => {
    const options = ['--duration', '1ms', '--json', '-P', `${stage.pid}`];
    const { stdout, stderr, status } = await run(['execsnoop', ...options, '--ready-fd', fd]);
    expect(stdout).toMatch(
      fd === '1' ? /^ready\n\{"v":1,"type":"summary",.*\}\n$/ : /^\{"v":1,"type":"summary",.*\}\n$/,
    );
    expect(stderr).toMatch(fd === '2' ? /^ready\nexecsnoop: 0 events in / : /^execsnoop: 0 events in /);
    expect(status).toBe(0);
  });

  it.each([
    ['is full', '/dev/full', 'w', 'no space left on device'],
    ['is not for writing', '/dev/null', 'r', 'bad file descriptor'],
  ])('that %s ends it: nobody would know that it is ready', async (_, file, mode, cause) => {
    const fd = openSync(file, mode);
    const tool = start(['execsnoop', '--json', '--ready-fd', '3', '-P', `${stage.pid}`], { third: fd });
    closeSync(fd);
    const { status, stdout, stderr } = await tool.end;
    expect(stderr).toBe(`execsnoop: writing to file descriptor 3 of --ready-fd: ${cause}\n`);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    await expectNoOrphans();
  });

  it('whose reader has gone ends it', async () => {
    const tool = start(['execsnoop', '--json', '--ready-fd', '3', '-P', `${stage.pid}`]);
    tool.process.stdio[3]?.destroy();
    const { status, stderr } = await tool.end;
    expect(stderr).toBe('execsnoop: writing to file descriptor 3 of --ready-fd: broken pipe\n');
    expect(status).toBe(1);
  });
});
