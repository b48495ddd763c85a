// @module-tag anywhere
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { capture } from './harness/capture.ts';
import { command, run } from './harness/tool.ts';

/** What takes a line at the terminal back. */
const ERASE = '\r\x1b[K';

/** execsnoop on a terminal, while its rows go to `out`. */
function openScreen(out: string, ...options: readonly string[]) {
  const line = `${process.execPath} ${command} execsnoop -P 1 ${options.join(' ')} ${out}`;
  const terminal = spawn('script', ['-qfec', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  const said = capture(terminal.stdout as Readable);
  return { terminal, said, end: once(terminal, 'close') };
}

/** What it says there until it ends. */
async function screen(out: string, ...options: readonly string[]): Promise<string> {
  const { said, end } = openScreen(out, ...options);
  expect((await end)[0]).toBe(0);
  return said.text;
}

it('long work shows on a terminal how far it is, and takes that back', async () => {
  const text = await screen('>/dev/null', '--duration', '1500ms');
  expect(text).toBe('execsnoop: 1s of 2s, 0 events\r\x1b[Kexecsnoop: 0 events in 1.5 s, none lost\r\n');
});

it.each([
  ['-o FILE', '-o /dev/null --duration 1500ms', ''],
  ['--report', '--report markdown --duration 1500ms', ''],
  ['--wait-for and --timeout', '--wait-for true --timeout 1500ms', '>/dev/null || true'],
])('also with %s', async (_, options, out) => {
  expect((await screen(out, options)).split(ERASE)[0]).toBe('execsnoop: 1s of 2s, 0 events');
});

it('without a limit, how long it has taken', async () => {
  const { terminal, said, end } = openScreen('-o /dev/null');
  await said.until('execsnoop: 1s, 0 events');
  terminal.stdin.write('\x03');
  await end;
  expect(said.text.split(ERASE).at(-1)).toMatch(/^execsnoop: 0 events in \d+\.\d s, none lost\r\n$/);
});

it('not where rows show it, and not without a terminal', async () => {
  expect(await screen('', '--duration', '1500ms')).not.toContain(' of 2s');
  const { stderr } = await run(['execsnoop', '-P', '1', '--duration', '1500ms']);
  expect(stderr).toBe('execsnoop: 0 events in 1.5 s, none lost\n');
});
