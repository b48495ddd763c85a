// @module-tag anywhere
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { openTerminal, type Terminal } from './harness/terminal.ts';
import { runOn } from './harness/terminal-run.ts';
import { PROMPT as AT_ONCE } from './harness/tool.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sample = `${process.execPath} --import tsx ${fileURLToPath(new URL('screen/sample.ts', import.meta.url))}`;

/** A terminal in which `$S` starts the sample. */
async function open(): Promise<Terminal> {
  const terminal = await openTerminal();
  await terminal.enter(`cd ${root}; S="${sample}"; clear`);
  await terminal.until((lines) => lines.filter((text) => text !== '').length === 1);
  return terminal;
}

const shown = /^HEAD\n(row 1 .*\n)/m;

async function startSample(terminal: Terminal, words: string) {
  const running = await runOn(terminal, `${sample} ${words}`, words.startsWith('keys') ? /^ready \d+$/m : shown);
  return { ...running, pid: Number(/(?:pid|ready) (\d+)/.exec(running.shown.join('\n'))?.[1]) };
}

describe('a full screen gives the terminal back as it was', () => {
  const kill = (signal: string) => (_: Terminal, pid: number) => void process.kill(pid, signal as NodeJS.Signals);
  const press = (key: string) => (terminal: Terminal) => terminal.press(key);

  it.each([
    ['at its end', 'screen', press('q'), 0, /^ended$/m],
    ['after process.exit', 'screen', press('x'), 3, undefined],
    ['after an error', 'screen', press('t'), 1, /^Error: thrown$/m],
    ['after a rejection', 'screen', press('j'), 1, /Error: rejected$/m],
    ['by Ctrl-C', 'screen', press('C-c'), 130, undefined],
    ['by Ctrl-C with an orderly end', 'screen orderly', press('C-c'), 0, /^ended$/m],
    ['by Ctrl-\\', 'screen', press('C-\\'), 131, undefined],
    ['by SIGTERM', 'screen', kill('SIGTERM'), 143, undefined],
    ['by SIGTERM with an orderly end', 'screen orderly', kill('SIGTERM'), 0, /^ended$/m],
    ['by SIGHUP', 'screen', kill('SIGHUP'), 129, undefined],
  ])('%s', async (_, words, cause, status, said) => {
    const terminal = await open();
    const running = await startSample(terminal, words);
    expect([await terminal.alternate(), await terminal.cursor()]).toEqual([true, false]);
    await cause(terminal, running.pid);
    const lines = await running.ended();
    expect(lines).toContain(`status ${status}`);
    expect(lines.join('\n')).not.toMatch(/HEAD|row 1/);
    if (said) expect(lines.join('\n')).toMatch(said);
  });

  it('also when the second signal does not wait for the orderly end', async () => {
    const terminal = await open();
    const running = await startSample(terminal, 'screen orderly');
    process.kill(running.pid, 'SIGSTOP');
    process.kill(running.pid, 'SIGTERM');
    process.kill(running.pid, 'SIGINT');
    process.kill(running.pid, 'SIGCONT');
    const text = (await running.ended()).join('\n');
    expect(text).toMatch(/^status (130|143|0)$/m);
  });
});

describe('job control', () => {
  it.each([
    ['Ctrl-Z', async (terminal: Terminal) => terminal.press('C-z')],
    ['SIGTSTP', async (_: Terminal, pid: number) => void process.kill(pid, 'SIGTSTP')],
  ])('%s gives the terminal back, fg takes it again', async (_, stop) => {
    const terminal = await open();
    await terminal.enter('$S screen');
    const before = await terminal.until(shown);
    const pid = Number(/pid (\d+)/.exec(before.join('\n'))?.[1]);
    await stop(terminal, pid);
    await terminal.until(/Stopped(.*\n)*\$$/m);
    expect([await terminal.alternate(), await terminal.cursor()]).toEqual([false, true]);
    await terminal.enter('stty -a | grep -o " icanon\\| echo "');
    await terminal.until(/^ icanon\n echo$/m);
    await terminal.resize(60, 20);
    await terminal.enter('fg');
    await terminal.until(/60x20\nHEAD\nrow 1 /);
    expect([await terminal.alternate(), await terminal.cursor()]).toEqual([true, false]);
    await terminal.press('a');
    await terminal.until(/^keys a$/m);
    await terminal.press('q');
    await terminal.until(/^ended\n\$$/m);
    expect(await terminal.alternate()).toBe(false);
  });

  it('after SIGSTOP, which nobody sees, fg makes it good', async () => {
    const terminal = await open();
    await terminal.enter('$S screen');
    const before = await terminal.until(shown);
    process.kill(Number(/pid (\d+)/.exec(before.join('\n'))?.[1]), 'SIGSTOP');
    await terminal.until(/Stopped/);
    await terminal.enter('clear; fg');
    await terminal.until(shown);
    await terminal.press('a');
    await terminal.until(/^keys a$/m);
    await terminal.press('q');
    await terminal.until(/^ended\n\$$/m);
  });

  it('in the background it leaves the terminal alone, until it is brought to the foreground', async () => {
    const terminal = await open();
    await terminal.enter('$S screen &');
    await terminal.until(/^\[1\] \d+$/m);
    await terminal.enter('sleep 0.1; jobs');
    await terminal.until(/Running .*screen/);
    expect(await terminal.alternate()).toBe(false);
    await terminal.enter('fg');
    await terminal.until(shown);
    await terminal.press('C-z');
    await terminal.until(/Stopped/);
    await terminal.enter('bg; echo still $((1 + 1))');
    await terminal.until(/^still 2$/m);
    expect(await terminal.alternate()).toBe(false);
    await terminal.enter('fg');
    await terminal.until(shown);
    await terminal.press('q');
    await terminal.until(/^ended\n\$$/m);
  });
});

it('any size will do', async () => {
  const terminal = await open();
  const running = await startSample(terminal, 'screen');
  for (const [columns, rows] of [
    [1, 1],
    [2, 3],
    [200, 50],
    [7, 2],
    [80, 24],
  ] as const) {
    await terminal.resize(columns, rows);
    await terminal.until((lines) => lines.length === rows && (rows < 4 || lines[0].includes(`${columns}x${rows}`)));
  }
  await terminal.press('n', 'Up', 'End');
  await terminal.until(/^row 50 .*\nkeys n up end$/m);
  await terminal.press('q');
  await running.ended();
});

it('keys alone leave the rows as they are', async () => {
  const terminal = await open();
  const running = await startSample(terminal, 'keys');
  await terminal.press('p', 'Up', 'Escape');
  await terminal.until(/^key p\nkey up\nkey escape$/m);
  await terminal.press('C-z'); // sh is stopped, too
  await terminal.until(/^released\n(.*\n)*\[1\].*Stopped/m);
  await terminal.enter('fg');
  await terminal.until(/^released\n(.*\n)*ready \d+$/m);
  await terminal.press('d');
  await terminal.until(/^key d$/m);
  await terminal.press('q');
  expect(await running.ended()).toContain('status 0');
});

it('without a terminal there are no keys', async () => {
  const terminal = await open();
  await terminal.enter('$S keys | cat');
  await terminal.until(/^no terminal$/m);
});

it('a terminal that takes nothing holds up neither the work nor the end', async () => {
  const terminal = await open();
  const running = await startSample(terminal, 'screen flood orderly');
  const server = await terminal.server();
  process.kill(server, 'SIGSTOP');
  try {
    process.kill(running.pid, 'SIGTERM');
    await vi.waitFor(() => expect(() => process.kill(running.pid, 0)).toThrow('ESRCH'), {
      timeout: AT_ONCE,
      interval: 20,
    });
  } finally {
    process.kill(server, 'SIGCONT');
  }
});
