import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { capture } from './harness/capture.ts';
import { testFolder } from './harness/folder.ts';
import { observed } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { run } from './harness/tool.ts';

let neighbour: Stage;
beforeAll(() => {
  neighbour = openStage();
});
afterAll(() => neighbour.close());

/** Shells below one another; the innermost one runs the lines that it is told. */
async function nest(depth: number) {
  const folder = testFolder();
  writeFileSync(`${folder}/0`, 'echo ready; while read -r line; do eval "$line"; echo done; done');
  for (let i = 0; i < depth; i++) writeFileSync(`${folder}/${i + 1}`, `sh ${folder}/${i}; :`);
  const child = spawn('sh', [`${folder}/${depth}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const out = capture(child.stdout);
  await out.until('ready\n');
  return {
    pid: child.pid as number,
    async tell(line: string) {
      child.stdin.write(`${line}\n`);
      await out.until('done\n');
    },
    async end() {
      child.stdin.end();
      await once(child, 'close');
    },
  };
}

describe('--pid with --follow', () => {
  it.each([0, 1, 5])('shows what descendants do, of now (%i generations) and to come', async (depth) => {
    const shells = await nest(depth);
    const rows = await observed('execsnoop', ['--pid', `${shells.pid}`, '--follow', '--columns', 'args'], async () => {
      await neighbour.run({ file: '/bin/true', args: ['true', 'neighbour'] });
      await shells.tell('/bin/true one; setsid -w sh -c "/bin/true two"');
      await neighbour.run({ file: '/bin/true', args: ['true', 'neighbour'] });
      await shells.end();
    });
    expect(rows.map(({ args }) => (args as string[]).join(' '))).toEqual([
      '/bin/true one',
      'setsid -w sh -c /bin/true two',
      'sh -c /bin/true two',
      '/bin/true two',
    ]);
  });

  it('without it, --pid is the process alone', { tags: 'anywhere' }, async () => {
    const shells = await nest(0);
    const rows = await observed('execsnoop', ['--pid', `${shells.pid}`], () => shells.tell('/bin/true one'));
    expect(rows).toEqual([]);
    await shells.end();
  });
});

describe('--follow', () => {
  it('needs to be told what to follow', { tags: 'anywhere' }, async () => {
    expect(await run(['execsnoop', '--follow'])).toMatchObject({
      status: 2,
      stderr: 'execsnoop: --follow needs --pid: the process to follow\n',
    });
  });

  it('needs a process that is there', { tags: 'anywhere' }, async () => {
    expect(await run(['opensnoop', '-p', '4194304', '--follow'])).toMatchObject({
      status: 1,
      stderr: 'opensnoop: there is no process 4194304 to follow\n',
    });
  });
});
