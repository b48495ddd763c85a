import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { expectNoOrphans } from './harness/observe.ts';
import { asNobody } from './harness/rights.ts';
import { PROMPT } from './harness/tool.ts';

const cwd = fileURLToPath(new URL('../../', import.meta.url));

/** A program of a user's, which imports the package by its name. Rejects when it does not end by itself in time. */
function program(code: string, ...under: readonly string[]) {
  const text = `import { trace } from 'ebpf-kit';\n${code}`;
  const [file, ...words] = [...under, process.execPath, '--input-type=module', '-e', text];
  return promisify(execFile)(file, words, { cwd, timeout: PROMPT * 10 });
}

it('shows what a program does, and ends with it', async () => {
  const { stdout } = await program(`
    import { spawn } from 'node:child_process';
    const events = trace('execsnoop', { ppid: process.pid, columns: ['args', 'ret'], maxEvents: 1 });
    await events.ready;
    spawn('/bin/true', ['from inside']);
    for await (const event of events) console.log(JSON.stringify(event));
  `);
  expect(stdout).toBe('{"args":["/bin/true","from inside"],"ret":0}\n');
  await expectNoOrphans();
});

it.each([
  ['closed before it was ready', 'await events.close();'],
  ['closed when it was ready', 'await events.ready; await events.close();'],
  ['left in the middle', 'await events.ready; abort.abort(); for await (const _ of events) break;'],
])('keeps no process alive that is done with it: %s', async (_, code) => {
  await program(`
    const abort = new AbortController();
    const events = trace('execsnoop', { ppid: process.pid, duration: 3_600_000, signal: abort.signal });
    ${code}
  `);
  await expectNoOrphans();
});

it('fails with what doctor says, and keeps no process alive then', async () => {
  const { stdout } = await program(
    `
    const events = trace('execsnoop', { duration: 3_600_000 });
    try {
      for await (const _ of events) break;
    } catch (error) {
      const { name, message, exitCode, remedy } = error;
      console.log(JSON.stringify({ name, message, exitCode, remedy }));
    }
  `,
    ...asNobody,
  );
  expect(JSON.parse(stdout)).toEqual({
    name: 'KitError',
    message: 'no permission to load BPF programs: user nobody lacks CAP_BPF and CAP_PERFMON',
    exitCode: 77,
    remedy: 'run it as root, for example with sudo',
  });
});
