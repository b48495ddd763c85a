import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { installModules } from '../../../scripts/lib/modules.mjs';

let folder = '';

/** Calls of npm, without the part that tells which npm. */
const calls: string[] = [];
let status = 0;
const run = async (_: string, args: readonly string[], options?: { cwd?: string }) => {
  const words = args.filter((arg) => !arg.endsWith('npm-cli.js')).slice(0, 2);
  calls.push(`${(options?.cwd ?? '').slice(folder.length)}: ${words.join(' ')}`);
  return { status, output: 'npm error why' };
};

function put(file: string, seconds: number) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), '');
  utimesSync(join(folder, file), seconds, seconds);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-'));
  calls.length = 0;
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  status = 0;
  put('package-lock.json', 1000);
  put('node_modules/.package-lock.json', 1001);
  put('node_modules/@2060.io/ffi-napi/build/Release/ffi_bindings.node', 1001);
  put('node_modules/@2060.io/ref-napi/build/Release/binding.node', 1001);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test('nothing to do', async () => {
  await installModules({ run, folder });
  expect(calls).toEqual([]);
});

test('a lock file that is newer than what is installed', async () => {
  put('package-lock.json', 1002);
  await installModules({ run, folder });
  expect(calls).toEqual([': ci --include=dev']);
});

test('a fresh clone, and an npm that builds no native code of bundled dependencies', async () => {
  rmSync(join(folder, 'node_modules'), { recursive: true });
  await installModules({ run, folder });
  expect(calls).toEqual([
    ': ci --include=dev',
    '/node_modules/@2060.io/ffi-napi: run install',
    '/node_modules/@2060.io/ref-napi: run install',
  ]);
});

test('an install that fails', async () => {
  put('package-lock.json', 1002);
  status = 1;
  await expect(installModules({ run, folder })).rejects.toThrow(/^npm ci .*failed with status 1:\nnpm error why$/);
});
