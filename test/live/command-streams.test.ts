// @module-tag anywhere
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { testFifo, testFolder } from './harness/folder.ts';
import { expectNoOrphans, recordsOf } from './harness/observe.ts';
import { command, PATIENCE, run, start } from './harness/tool.ts';

/** With standard input, and all of what comes out. */
function piped(args: readonly string[], input: Buffer) {
  const end = spawnSync(process.execPath, [command, ...args], { input, maxBuffer: 1 << 26, timeout: PATIENCE });
  return { status: end.status, stdout: end.stdout, stderr: end.stderr };
}

describe('the standard streams are those of the command', () => {
  it('byte by byte, in and out', () => {
    const input = randomBytes(3_000_000);
    for (const [line, stream] of [
      ['cat', 'stdout'],
      ['cat >&2', 'stderr'],
    ] as const) {
      const end = piped(['execsnoop', '-o', '/dev/null', '--', 'sh', '-c', line], input);
      const [all, nothing] = stream === 'stdout' ? [end.stdout, end.stderr] : [end.stderr, end.stdout];
      expect(end.status).toBe(0);
      expect(all.equals(input)).toBe(true);
      expect(nothing).toHaveLength(0);
    }
  });

  it('an input that is not read is left for those behind it', () => {
    const script = 'head -c 0; "$0" "$1" execsnoop -o /dev/null -- true; cat';
    const stdout = execFileSync('sh', ['-c', script, process.execPath, command], {
      input: 'all of it\n',
      encoding: 'utf8',
    });
    expect(stdout).toBe('all of it\n');
  });

  it('arguments and environment arrive as they are', async () => {
    const args = ['', ' ', 'two words', '--', '-v', '*', '\n', 'ü', '"'];
    const { stdout, status } = await run(
      ['execsnoop', '-o', '/dev/null', '--', 'sh', '-c', 'printf "[%s]" "$MARK" "$@"', 'sh', ...args],
      { env: { MARK: 'a mark' } },
    );
    expect(stdout).toBe(['a mark', ...args].map((arg) => `[${arg}]`).join(''));
    expect(status).toBe(0);
  });
});

describe('bytes that are not UTF-8', () => {
  it('arrive as they are: in the name of the program, in arguments and in the environment', () => {
    const folder = testFolder();
    const program = `${folder}/$'\\xfe\\x01'`;
    const line = `printf '#!/bin/sh\nprintf "%%s\\n" "$0" "$@" "$MARK"\n' >${program}; chmod +x ${program}
      MARK=$'\\x01\\xe9' "$0" "$1" execsnoop --columns args -- ${program} $'a\\xffb\\x0141' 'ü\ufffd'`;
    const { stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath, command]);
    const name = Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xfe, 1)]);
    const args = [name, Buffer.from('a\xffb\x0141', 'latin1'), Buffer.from('ü\ufffd'), Buffer.of(1, 0xe9)];
    expect(stdout).toEqual(Buffer.concat(args.flatMap((arg) => [arg, Buffer.from('\n')])));
    expect(stderr.toString().split('\n')[1]).toBe(`/bin/sh ${folder}/\\xfe\\x01 a\\xffb\\x0141 ü\ufffd`);
  });
});

describe('the rows', () => {
  it('go to standard error, with what the tool has to say', async () => {
    const { stdout, stderr } = await run(['execsnoop', '--columns', 'comm,args', '--', 'echo', 'to standard output']);
    expect(stdout).toBe('to standard output\n');
    expect(stderr).toMatch(
      /^PCOMM +ARGS\necho +echo "to standard output"\nexecsnoop: 1 event in \d+\.\d s, none lost\n$/,
    );
  });

  it.each(['-o', '--output'])('go to the file of %s, which is made anew; nothing else is said then', async (flag) => {
    const file = `${testFolder()}/rows`;
    writeFileSync(file, 'what was there before, and longer than what comes now\n'.repeat(100));
    const args = ['execsnoop', '--json', '--columns', 'args', flag, file, '--', 'echo', 'mine'];
    expect(await run(args)).toMatchObject({ status: 0, stdout: 'mine\n', stderr: '' });
    expect(recordsOf(readFileSync(file, 'utf8'))).toEqual([
      { v: 1, type: 'exec', args: ['echo', 'mine'] },
      { v: 1, type: 'summary', events: 1, lost: 0, duration_ms: expect.any(Number) },
    ]);
  });

  it('go to that file also where there is no command', async () => {
    const file = `${testFolder()}/rows`;
    const end = await run(['execsnoop', '--json', '--output', file, '--duration', '1ms', '--ppid', '1']);
    expect(end).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"v":1,"type":"summary",.*\}\n$/);
  });

  it.each([
    ['that is a folder', '/usr', 'is a directory'],
    ['in a folder that is not there', '/nonexistent/rows', 'no such file or directory'],
  ])('a file %s is said before anything runs', async (_, file, cause) => {
    const mark = `${testFolder()}/mark`;
    const end = await run(['execsnoop', '-o', file, '--', 'touch', mark]);
    expect(end).toMatchObject({ status: 1, stdout: '', stderr: `execsnoop: writing to ${file}: ${cause}\n` });
    expect(() => readFileSync(mark)).toThrow('ENOENT');
  });

  it('a disk that is full: the command goes on to its end, and it is said', async () => {
    const gate = testFifo();
    const tool = start([
      'execsnoop',
      '-o',
      '/dev/full',
      '--',
      'sh',
      '-c',
      'echo begun; read -r _ <"$0"; echo done',
      gate,
    ]);
    await tool.stdout.until('begun\n');
    await writeFile(gate, '\n');
    const end = await tool.end;
    expect(end.stdout).toBe('begun\ndone\n');
    expect(end.stderr).toMatch(/^execsnoop: writing to \/dev\/full: no space left on device\n/);
    expect(end.status).toBe(1);
    await expectNoOrphans();
  });

  it('whose reader goes away do not end the command', () => {
    const traced = 'read -r _ <"$0"; /bin/true; /bin/true; echo done; exit 3';
    const reader = '{ head -1; exec <&-; echo >"$3"; }';
    const script = `"$0" "$1" execsnoop -- sh -c "$2" "$3" 2>&1 >&3 | ${reader}; echo "\${PIPESTATUS[0]}"`;
    const { stdout, output } = spawnSync('bash', ['-c', script, process.execPath, command, traced, testFifo()], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      encoding: 'utf8',
    });
    expect(stdout.trim().split('\n').at(-1)).toBe('3');
    expect(output[3]).toBe('done\n');
  });
});

describe('the end', () => {
  it('of tracing, by a limit, is not that of the command', async () => {
    const { stdout, status, stderr } = await run([
      'execsnoop',
      '--max-events',
      '1',
      '--',
      'sh',
      '-c',
      '/bin/true; echo done; exit 4',
    ]);
    expect({ stdout, status }).toEqual({ stdout: 'done\n', status: 4 });
    expect(stderr).toMatch(/^execsnoop: 1 event in /m);
  });
});
