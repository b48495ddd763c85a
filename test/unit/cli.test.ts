import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.ts';
import { KitError } from '../../src/kit/errors.ts';
import { print, writeError } from '../../src/kit/say.ts';
import { runStream } from '../../src/kit/stream/run-stream.ts';

vi.mock(import('../../src/kit/say.ts'), async (original) => {
  const { count } = await original();
  const writeError = vi.fn();
  return { count, print: vi.fn(), writeError, say: (tool, message) => writeError(`${tool}: ${message}\n`) };
});
vi.mock(import('../../src/kit/stream/run-stream.ts'), () => ({ runStream: vi.fn() }));

const before = process.exitCode;
beforeEach(() => {
  vi.resetAllMocks();
  process.exitCode = undefined;
});
afterEach(() => {
  process.exitCode = before;
});

/** One command line: what it says, and the status it leaves. */
async function run(...args: string[]) {
  await main(args);
  const said = (mock: typeof print) =>
    vi
      .mocked(mock)
      .mock.calls.map(([text]) => text)
      .join('');
  return { stdout: said(print), stderr: said(writeError), status: process.exitCode ?? 0 };
}

describe('the command', () => {
  it('hands a tool its options and those of all tools, each with its default', async () => {
    vi.mocked(runStream).mockResolvedValue(91);
    expect(await run('execsnoop', '-x', '-u', '0', '--json', '--duration', '2s')).toMatchObject({ status: 91 });
    const [tool, options, stream] = vi.mocked(runStream).mock.calls[0];
    expect(tool.name).toBe('execsnoop');
    expect(options).toMatchObject({ fails: true, uid: 0, quote: false, maxArgsBytes: 8192, ppid: undefined });
    expect(stream).toMatchObject({ json: true, csv: false, duration: 2000, maxEvents: undefined, verbose: false });
  });

  it('reports how a tool fails, with its status', async () => {
    vi.mocked(runStream).mockRejectedValue(new KitError('it failed: why', 69, 'do this'));
    const stderr = 'execsnoop: it failed: why\nexecsnoop: do this\n';
    expect(await run('execsnoop')).toEqual({ stdout: '', stderr, status: 69 });
  });

  it.each([['-v'], ['--verbose']])('with %s, also where', async (option) => {
    vi.mocked(runStream).mockRejectedValue(new KitError('it failed', 69));
    expect((await run('execsnoop', option)).stderr).toMatch(/^execsnoop: it failed\nKitError: it failed\n {4}at /);
  });

  it('runs nothing when the options are wrong', async () => {
    const stderr = 'execsnoop: --json and --csv exclude each other\n';
    expect(await run('execsnoop', '--json', '--csv')).toEqual({ stdout: '', stderr, status: 2 });
    expect(await run('execsnoop', '--ring-size', '5')).toMatchObject({ status: 2 });
    expect(runStream).not.toHaveBeenCalled();
  });

  it('names what is wrong on the way to the tool by the tool', async () => {
    const stderr = "execsnoop: unknown option '--jason' (Did you mean --json?)\n";
    expect(await run('execsnoop', '--jason')).toEqual({ stdout: '', stderr, status: 2 });
  });
});

describe('help', () => {
  it.each([[[]], [['help']], [['-h']], [['--help']]])('%j', async (args) => {
    const { stdout, stderr, status } = await run(...args);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^Usage: ebpf-kit \[options\] \[command\]\n/);
    expect(stdout).toMatch(/\nProcesses:\n {2}execsnoop +new programs, with their whole command line\n/);
  });

  it.each([[['help', 'execsnoop']], [['execsnoop', '--help']], [['execsnoop', '-x', '-h']]])('%j', async (args) => {
    const { stdout, stderr, status } = await run(...args);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^Usage: ebpf-kit execsnoop \[options\] \[-- <command> \[arguments\]\]\n/);
    expect(stdout).toMatch(/\nBlind spots:\n/);
    expect(runStream).not.toHaveBeenCalled();
  });

  it.each([
    [['execsnop'], "unknown command 'execsnop' (Did you mean execsnoop?)"],
    [['execsnop', '-h'], "unknown command 'execsnop' (Did you mean execsnoop?)"],
    [['help', 'xyzzy'], "unknown command 'xyzzy'"],
    [['--xyzzy'], "unknown option '--xyzzy'"],
  ])('%j is wrong', async (args, line) => {
    expect(await run(...args)).toEqual({ stdout: '', stderr: `ebpf-kit: ${line}\n`, status: 2 });
  });

  it('the version is that of the package', async () => {
    const { version } = await import('../../package.json', { with: { type: 'json' } }).then((module) => module.default);
    expect(await run('--version')).toEqual({ stdout: `${version}\n`, stderr: '', status: 0 });
  });
});
