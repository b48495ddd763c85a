// @module-tag anywhere
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { capture } from './harness/capture.ts';
import { command, run } from './harness/tool.ts';

/** What a tool says on a terminal while its rows go to `out`. */
async function screen(out: string, ...options: readonly string[]): Promise<string> {
  const line = `${process.execPath} ${command} execsnoop -P 1 ${options.join(' ')} ${out}`;
  const terminal = spawn('script', ['-qfec', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  const said = capture(terminal.stdout as Readable);
  expect((await once(terminal, 'close'))[0]).toBe(0);
  return said.text;
}

it('long work shows on a terminal how far it is, and takes that back', async () => {
  const text = await screen('>/dev/null', '--duration', '1500ms');
  expect(text).toBe('execsnoop: 1s of 2s, 0 events\r\x1b[Kexecsnoop: 0 events in 1.5 s, none lost\r\n');
});

it('not where rows show it, and not without a terminal', async () => {
  expect(await screen('', '--duration', '1500ms')).not.toContain(' of 2s');
  const { stderr } = await run(['execsnoop', '-P', '1', '--duration', '1500ms']);
  expect(stderr).toBe('execsnoop: 0 events in 1.5 s, none lost\n');
});
