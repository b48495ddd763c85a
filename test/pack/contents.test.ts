import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { describe, expect, inject, test } from 'vitest';

const tarball = inject('tarball');
const list = (path: string) => execFileSync('tar', ['-tzf', path], { encoding: 'utf8' }).trim().split('\n');
const files = list(tarball).map((file) => file.replace('package/', ''));
const read = (file: string) => execFileSync('tar', ['-xzOf', tarball, `package/${file}`], { encoding: 'utf8' });

describe('the tarball', () => {
  test.each([
    'bin/ebpf-kit.js',
    'dist/cli.cjs',
    'dist/cli.cache',
    'dist/index.js',
    'dist/types/index.d.ts',
    'dist/bpf/execsnoop.bpf.o',
    'dist/native/libebpf-kit.so',
    'dist/native/hold',
    'dist/native/libbpf.so.1',
    'node_modules/@2060.io/ffi-napi/build/Release/ffi_bindings.node',
    'node_modules/@2060.io/ref-napi/build/Release/binding.node',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
  ])('holds %s', (file) => {
    expect(files).toContain(file);
  });

  test('holds no test, no source and nothing that only a build needs', () => {
    const own = files.filter((file) => !file.startsWith('node_modules/'));
    expect(own.filter((file) => /\.([ch]|mjs)$|(?<!\.d)\.ts$|^dist\/(test|\.build)\//.test(file))).toEqual([]);
    const ffi = files.filter((file) => file.startsWith('node_modules/@2060.io/'));
    expect(ffi.filter((file) => /\.([cho]|cc|a|mk)$|\/test\/|obj\.target/.test(file))).toEqual([]);
  });

  test('holds the licence of every library that it passes on', () => {
    const libraries = files.filter((file) => /^dist\/native\/[^/]*\.so\./.test(file));
    expect(libraries.length).toBeGreaterThanOrEqual(3);
    for (const library of libraries) {
      const name = library.slice('dist/native/'.length);
      expect(read(`dist/native/licenses/${name}.txt`)).toMatch(
        new RegExp(`^${name}: unchanged from .*, source package \\S+, version \\S+\n[^]*licen[cs]e`, 'i'),
      );
    }
  });

  test('stays small', () => {
    expect(statSync(tarball).size).toBeLessThan(3_500_000);
  });
});
