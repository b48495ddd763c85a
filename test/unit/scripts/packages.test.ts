import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { missingNeeds, needs, oldLibbpf } from '../../../scripts/lib/needs.mjs';
import { installMissing } from '../../../scripts/lib/packages.mjs';

let sysroot = '';
let said = '';

beforeEach(() => {
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  sysroot = mkdtempSync(join(tmpdir(), 'ebpf-kit-'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(sysroot, { recursive: true });
});

function put(file: string, text = '', mode = 0o644) {
  mkdirSync(dirname(join(sysroot, file)), { recursive: true });
  writeFileSync(join(sysroot, file), text);
  chmodSync(join(sysroot, file), mode);
}

const names = (missing: typeof needs) => missing.map(({ packages }) => packages[0]);

describe('missingNeeds', () => {
  const find = () => names(missingNeeds(['build'], { path: join(sysroot, 'bin'), sysroot }));

  test('names everything on an empty machine, for the purposes asked', () => {
    const build = ['clang', 'llvm', 'libbpf-dev', 'gcc', 'g++', 'libc6-dev', 'make', 'python3'];
    expect(find()).toEqual(build);
    expect(names(missingNeeds(['test'], { path: '', sysroot }))).toEqual([
      'bpftool',
      'iproute2',
      'iputils-ping',
      'procps',
      'nftables',
      'libxml2-utils',
      'tmux',
      'zsh',
      'fish',
    ]);
  });

  test('accepts executables on PATH and files at their place, nothing else', () => {
    put('bin/clang', '', 0o755);
    put('usr/include/stdio.h');
    put('bin/make', '', 0o644);
    mkdirSync(join(sysroot, 'bin/gcc'));
    expect(find()).toEqual(['llvm', 'libbpf-dev', 'gcc', 'g++', 'make', 'python3']);
  });

  test('finds what an ordinary user has not on PATH', () => {
    put('usr/sbin/bpftool', '', 0o755);
    put('sbin/ip', '', 0o755);
    expect(names(missingNeeds(['test'], { path: '', sysroot }))).toEqual([
      'iputils-ping',
      'procps',
      'nftables',
      'libxml2-utils',
      'tmux',
      'zsh',
      'fish',
    ]);
  });
});

describe('oldLibbpf', () => {
  const header = (major: number, minor: number) =>
    `#define LIBBPF_MAJOR_VERSION ${major}\n#define LIBBPF_MINOR_VERSION ${minor}\n`;

  test.each([
    ['1.0', 1, 0, undefined],
    ['1.5', 1, 5, undefined],
    ['0.8', 0, 8, '0.8'],
  ])('of %s', (_, major, minor, expected) => {
    put('usr/include/bpf/libbpf_version.h', header(major, minor));
    expect(oldLibbpf({ sysroot })).toBe(expected);
  });

  test('of one from before it told its version', () => {
    expect(oldLibbpf({ sysroot })).toBe('0.5 or older');
  });
});

describe('installMissing', () => {
  const tools = needs.filter(({ program }) => program === 'clang' || program === 'g++');

  /** A machine without clang and g++, until `apt-get install` has succeeded. `answers`: exit statuses of apt-get. */
  function machine(...answers: number[]) {
    put('lists/debian_Packages.lz4');
    const done: string[] = [];
    const run = vi.fn(async (command: string, args: readonly string[]) => {
      const status = answers.shift() ?? 0;
      if (status === 0) done.push(args[0]);
      return { status, output: `E: ${command} said why` };
    });
    const calls = () => run.mock.calls.map(([command, args]) => [command, ...args].join(' '));
    const find = () => (done.includes('install') ? [] : tools);
    return { run, calls, find, uid: 0, hasApt: true, lists: join(sysroot, 'lists') };
  }

  const install = 'apt-get install -y --no-install-recommends clang g++';

  test('does nothing when nothing is missing, whoever asks', async () => {
    const { run, ...system } = machine();
    await installMissing(['build'], { ...system, run, find: () => [], uid: 1000, hasApt: false });
    expect(run).not.toHaveBeenCalled();
  });

  test('installs what is missing, and reads no list without need', async () => {
    const system = machine();
    await installMissing(['build'], system);
    expect(system.calls()).toEqual([install]);
    expect(said).toBe(`ebpf-kit: installing what is missing: ${install}\n`);
  });

  test('reads the lists first when there are none', async () => {
    const system = machine();
    rmSync(join(sysroot, 'lists/debian_Packages.lz4'));
    await installMissing(['build'], system);
    expect(system.calls()).toEqual(['apt-get update', install]);
  });

  test('reads the lists anew when they are out of date', async () => {
    const system = machine(100, 0, 0);
    await installMissing(['build'], system);
    expect(system.calls()).toEqual([install, 'apt-get update', install]);
  });

  test("fails with apt's own words", async () => {
    const failed = installMissing(['build'], machine(100, 0, 100));
    await expect(failed).rejects.toThrow(/^apt-get install failed with status 100:\nE: apt-get said why$/);
  });

  test('does not believe apt', async () => {
    const failed = installMissing(['build'], { ...machine(), find: () => tools });
    await expect(failed).rejects.toThrow('there is still no clang, g++');
  });

  test('tells what to install when not root', async () => {
    const system = { ...machine(), uid: 1000 };
    const failed = installMissing(['build'], system);
    await expect(failed).rejects.toMatchObject({
      exitCode: 77,
      message: expect.stringContaining('sudo apt-get install clang g++'),
    });
    expect(system.run).not.toHaveBeenCalled();
  });

  test('tells what to install on other distributions', async () => {
    const failed = installMissing(['build'], { ...machine(), hasApt: false });
    await expect(failed).rejects.toMatchObject({ exitCode: 1 });
    await expect(failed).rejects.toThrow('Fedora: dnf install clang gcc-c++\n  Arch: pacman -S clang gcc');
  });
});
