// @module-tag anywhere
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Capture, capture } from './harness/capture.ts';
import { expectNoOrphans } from './harness/observe.ts';
import { command } from './harness/tool.ts';

/** A shell for people, on a terminal of its own. */
interface Terminal {
  readonly out: Capture;
  type(text: string): void;
  readonly end: Promise<unknown>;
}

function openTerminal(): Terminal {
  const script = spawn('script', ['-qfec', 'bash --norc --noprofile -i', '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, TERM: 'dumb', PS1: '> ', KIT: `${process.execPath} ${command}` },
  });
  onTestFinished(() => void script.kill('SIGKILL'));
  const end = once(script, 'close');
  return { out: capture(script.stdout as Readable), type: (text) => void script.stdin.write(text), end };
}

/** How often it stands in a text. */
const times = (text: string, what: string) => text.split(what).length - 1;

describe('on a terminal', () => {
  it('Ctrl-C reaches the command once, and the tool ends after it', async () => {
    const { out, type, end } = openTerminal();
    const line = `sh -c 'trap "echo g''ot; exit 4" INT; echo wait''ing; while :; do sleep 0.05; done'`;
    type(`$KIT execsnoop -o /dev/null -- ${line}; echo "status $?."\n`);
    await out.until(/^waiting\r$/m);
    type('\x03');
    await out.until(/^status 4\.\r$/m);
    expect(times(out.text, 'got')).toBe(1);
    type('exit\n');
    await end;
    await expectNoOrphans();
  });

  it('Ctrl-C that ends the command ends the line of the shell, too', async () => {
    const { out, type, end } = openTerminal();
    type(`bash -c '$KIT execsnoop -o /dev/null -- sh -c "echo wait''ing; exec sleep 1000"; echo g''oes on'\n`);
    await out.until(/^waiting\r$/m);
    type('\x03');
    type('echo "status $?."; exit\n');
    await end;
    expect(out.text).toMatch(/^status 130\.\r$/m);
    expect(out.text).not.toMatch(/^goes on/m);
  });

  it('Ctrl-Z stops both, and fg lets both go on', async () => {
    const { out, type, end } = openTerminal();
    type(`$KIT execsnoop --columns args -- sh -c 'echo wait''ing; read -r word; /bin/true "$word"; exit 6'\n`);
    await out.until(/^waiting\r$/m);
    type('\x1a');
    await out.until(/Stopped/);
    type('fg\n');
    type('mark\n');
    await out.until(/^\/bin\/true mark\r$/m);
    type('echo "status $?."; exit\n');
    await end;
    expect(out.text).toMatch(/^status 6\.\r$/m);
  });
});
