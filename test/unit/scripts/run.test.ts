import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { run } from '../../../scripts/lib/run.mjs';

test('tells status and output', async () => {
  const shell = (line: string) => run('sh', ['-c', line], { stdio: 'capture' });
  expect(await shell('echo out; echo err >&2; exit 3')).toEqual({ status: 3, output: 'out\nerr\n' });
  expect((await shell('kill -TERM $$')).status).toBe(143);
  expect((await run('/no/such/program', [], { stdio: 'capture' })).status).toBe(127);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s reaches the program, and ends the script after it',
  async (signal) => {
    const url = new URL('../../../scripts/lib/run.mjs', import.meta.url);
    // The program says when it has ended: what comes after that is the script's.
    const program = `for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, () => { console.log(s); process.exit() });
    console.log('up'); setInterval(() => {}, 1e6)`;
    const script = `import { run } from '${url}';
    await run(process.execPath, ['-e', ${JSON.stringify(program)}], { stdio: 'inherit' }); console.log('not reached')`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.once('data', () => child.kill(signal));
    const [output, [status, killedBy]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect(output).toBe(`up\n${signal}\n`);
    expect([status, killedBy]).toEqual([null, signal]);
  },
);
