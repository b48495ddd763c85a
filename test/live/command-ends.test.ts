// @module-tag anywhere
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { traced } from './harness/command.ts';
import { testFolder } from './harness/folder.ts';
import { expectNoOrphans } from './harness/observe.ts';
import { run, start } from './harness/tool.ts';

/** As a script sees it. */
const inShell = (line: string, ...args: readonly string[]) => traced('execsnoop', [], ['/bin/sh', '-c', line, ...args]);

describe('the exit status is that of the command', () => {
  it.each([0, 1, 3, 90, 91, 126, 127, 255])('%i', async (status) => {
    expect(await inShell(`exit ${status}`)).toMatchObject({ status, signal: null, stdout: '', stderr: '' });
  });

  it.each([
    ['TERM', 143],
    ['KILL', 137],
    ['HUP', 129],
    ['INT', 130],
    ['SEGV', 139],
    ['USR1', 138],
  ])('128 and its number, when signal %s has ended it', async (name, status) => {
    expect(await inShell(`ulimit -c 0; kill -${name} $$`)).toMatchObject({ status, signal: null, stderr: '' });
  });

  it('of a command that has started others which go on: it ends with the command itself', async () => {
    const folder = testFolder();
    const { status, rows } = await inShell('sleep 1000 </dev/null >/dev/null 2>&1 & echo $! >"$0"', `${folder}/pid`);
    process.kill(Number(readFileSync(`${folder}/pid`, 'utf8')));
    expect(status).toBe(0);
    expect(rows[0].args).toContain('/bin/sh');
  });

  it('in a script with set -euo pipefail, which ends there', async () => {
    const script = `set -euo pipefail
      "$0" "$1" execsnoop -o /dev/null -- sh -c 'echo one; exit 0' | cat
      "$0" "$1" execsnoop -o /dev/null -- sh -c 'echo two; exit 7' | cat
      echo three`;
    const command = (await import('./harness/tool.ts')).command;
    const { execFileSync } = await import('node:child_process');
    const ran = () =>
      execFileSync('bash', ['-c', script, process.execPath, command], { encoding: 'utf8', stdio: 'pipe' });
    expect(ran).toThrow(expect.objectContaining({ status: 7, stdout: 'one\ntwo\n', stderr: '' }));
  });
});

describe('a command that is no program', () => {
  const folder = () => {
    const path = testFolder();
    writeFileSync(`${path}/plain`, 'true\n');
    writeFileSync(`${path}/script`, 'exit 5\n');
    chmodSync(`${path}/script`, 0o755);
    writeFileSync(`${path}/strange`, Buffer.of(0x7f, 0x45, 0x4c, 0x46, 0, 0));
    chmodSync(`${path}/strange`, 0o755);
    writeFileSync(`${path}/homeless`, '#!/nonexistent/interpreter\n');
    chmodSync(`${path}/homeless`, 0o755);
    return path;
  };

  it.each([
    ['is not there', 'ebpf-kit-no-such-command', 127, 'command not found'],
    ['is not at its path', './nonexistent/file', 127, 'no such file or directory'],
    ['has an empty name', '', 127, 'command not found'],
    ['is a folder', '/usr', 126, 'is a directory'],
    ['is not executable', '@plain', 126, 'permission denied'],
    ['has no interpreter', '@homeless', 127, 'no such file or directory'],
  ])('that %s', async (_, name, status, cause) => {
    const word = name.startsWith('@') ? `${folder()}/${name.slice(1)}` : name;
    const end = await run(['execsnoop', '--', word]);
    expect(end.stderr.split('\n').at(-2)).toBe(`execsnoop: ${word}: ${cause}`);
    expect(end).toMatchObject({ status, stdout: '' });
    await expectNoOrphans();
  });

  it('what is not there is said before anything is attached, in one line', async () => {
    const { stderr } = await run(['execsnoop', '--', 'ebpf-kit-no-such-command']);
    expect(stderr).toBe('execsnoop: ebpf-kit-no-such-command: command not found\n');
  });

  it('a script without #! is the shell’s, as everywhere', async () => {
    expect(await traced('execsnoop', [], [`${folder()}/script`])).toMatchObject({ status: 5 });
  });

  it('there is none behind --', async () => {
    expect(await run(['execsnoop', '--'])).toMatchObject({
      status: 2,
      stderr: 'execsnoop: there is no command behind --\nexecsnoop: write: -- COMMAND ARGUMENTS\n',
    });
  });
});

describe('signals', () => {
  const waiting = (more = '') => ['sh', '-c', `${more} echo waiting; while :; do sleep 0.01; done`];

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)(
    '%s to the tool is handed on to the command',
    async (name) => {
      const tool = start([
        'execsnoop',
        '-o',
        '/dev/null',
        '--',
        ...waiting(`trap 'echo got; exit 9' ${name.slice(3)};`),
      ]);
      await tool.stdout.until('waiting\n');
      expect(await tool.stop(name)).toMatchObject({ status: 9, stdout: 'waiting\ngot\n', stderr: '' });
      await expectNoOrphans();
    },
  );

  it('ends it where the command knows nothing of them', async () => {
    const tool = start(['execsnoop', '-o', '/dev/null', '--', ...waiting()]);
    await tool.stdout.until('waiting\n');
    expect(await tool.stop('SIGTERM')).toMatchObject({ status: 143, signal: null });
  });

  it.each(['SIGUSR1', 'SIGUSR2'] as const)('%s ends nothing of itself', async (name) => {
    const tool = start(['execsnoop', '-o', '/dev/null', '--', ...waiting(`trap 'echo got' ${name.slice(3)};`)]);
    await tool.stdout.until('waiting\n');
    tool.process.kill(name);
    await tool.stdout.until('got\n');
    expect(await tool.stop('SIGTERM')).toMatchObject({ status: 143 });
  });

  it('a tool that is killed before the command has begun leaves none', async () => {
    const folder = testFolder();
    const tool = start([
      'execsnoop',
      '--ready-fd',
      '3',
      '--',
      'sh',
      '-c',
      'echo $$ >"$0"; exec sleep 1000',
      `${folder}/pid`,
    ]);
    tool.process.kill('SIGKILL');
    await tool.end;
    expect(() => readFileSync(`${folder}/pid`)).toThrow('ENOENT');
  });
});
