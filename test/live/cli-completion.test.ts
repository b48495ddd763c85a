import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tools } from '../../src/gen/index.ts';
import { type Capture, capture } from './harness/capture.ts';
import { testFolder } from './harness/folder.ts';
import { command, run } from './harness/tool.ts';

/** A folder for PATH, in which the command has its name. */
function path(): string {
  const bin = `${testFolder()}/bin`;
  mkdirSync(bin);
  symlinkSync(command, `${bin}/ebpf-kit`);
  return `${bin}:${dirname(process.execPath)}:${process.env.PATH}`;
}

/** An interactive shell at a terminal, without anyone's settings. */
function openShell(command: string): { readonly screen: Capture; type(keys: string): void } {
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: path(), TERM: 'dumb', PS1: '$ ', INPUTRC: '/dev/null', HISTFILE: '', HOME: testFolder() },
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  return { screen: capture(child.stdout), type: (keys) => void child.stdin.write(keys) };
}

describe('bash', () => {
  it('completes commands, options and their values', async () => {
    const { screen, type } = openShell('bash --norc --noprofile -i');
    type('eval "$(ebpf-kit completion bash)"; echo sour""ced\n');
    await screen.until('sourced');
    type('ebpf-kit exec\t');
    await screen.until('ebpf-kit execsnoop ');
    type('--max-ev\t');
    await screen.until('ebpf-kit execsnoop --max-events ');
    type('1 --plan tr\t');
    await screen.until('--plan tracepoint ');
    type('--columns parent_\t');
    await screen.until('--columns parent_comm ');
    type('\x15ebpf-kit pingdrop stop l\t');
    await screen.until('ebpf-kit pingdrop stop lo ');
    type('\x15ebpf-kit schema exe\t');
    await screen.until('ebpf-kit schema execsnoop ');
  });

  it('is given a script without errors', async () => {
    const { stdout, stderr, status } = await run(['completion', 'bash']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(execFileSync('bash', ['-n', '-c', stdout], { encoding: 'utf8' })).toBe('');
  });
});

describe('zsh', () => {
  it('completes commands, options and their values', async () => {
    const { screen, type } = openShell('zsh -f -i');
    type('autoload -Uz compinit; compinit -u; eval "$(ebpf-kit completion zsh)"; echo sour""ced\n');
    await screen.until('sourced');
    type('ebpf-kit exec\t');
    await screen.until('ebpf-kit execsnoop ');
    type('--max-ev\t');
    await screen.until('--max-events ');
    type('1 --plan tr\t');
    await screen.until('--plan tracepoint ');
  });
});

describe('fish', () => {
  const completions = (line: string) =>
    execFileSync('fish', ['--no-config', '-c', `ebpf-kit completion fish | source; complete -C '${line}'`], {
      env: { PATH: path(), HOME: testFolder() },
      encoding: 'utf8',
    }).trim();

  it('completes commands, options and their values', () => {
    expect(completions('ebpf-kit exec')).toBe('execsnoop\tnew programs, with their whole command line');
    expect(completions('ebpf-kit execsnoop --max-ev')).toBe('--max-events\tend after this many events');
    expect(completions('ebpf-kit execsnoop --plan tr')).toBe('tracepoint');
  });
});

describe('what the scripts ask for', () => {
  const offered = async (...words: string[]) => {
    const { stdout } = await run(['complete', '--', ...words]);
    return stdout.split('\n').flatMap((line) => (line && !line.startsWith(':') ? [line.split('\t')[0]] : []));
  };

  it('commands', async () => {
    const own = ['baseline', 'completion', 'doctor', 'help', 'list', 'replay', 'schema'];
    expect((await offered('')).sort()).toEqual([...own, ...tools.map(({ name }) => name)].sort());
  });

  it('options, with what they are for', async () => {
    const { stdout } = await run(['complete', '--', 'execsnoop', '--ring']);
    expect(stdout).toBe('--ring-size\tsize of the ring buffer, a power of two (usually 4M)\n:4\n');
  });

  it('columns', async () => {
    const columns = await offered('execsnoop', '--columns', '');
    expect(columns).toEqual(expect.arrayContaining(['comm', 'pid', 'args', 'container_id']));
  });

  it('ways to attach', async () => {
    expect(await offered('execsnoop', '--plan', '')).toEqual(['tp_btf', 'raw_tp', 'tracepoint']);
  });
});
