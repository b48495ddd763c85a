// @module-tag anywhere
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'loader-'));
const shim = join(copy, 'dist/native/libebpf-kit.so');
const built = readFileSync(join(root, 'dist/native/libebpf-kit.so'));

/** A package of its own, from which parts can be missing. */
beforeAll(() => {
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(copy, 'dist/native'), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true }));

/** The outcome of loading libbpf there: 'code: message', or the libbpf in use. */
function load(): string {
  const script = `
    const { native } = await import('${copy}/src/bpf/native.ts');
    try {
      native().bpf_object__close(0);
      console.log('loaded');
    } catch (error) {
      console.log(error.name, error.code, error.message);
    }`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim();
}

it('says in one line which part of the way to libbpf is missing', () => {
  expect(load()).toMatch(/^BpfError LIBRARY load libbpf: the FFI library cannot be loaded: Cannot find module '@2060/);

  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  expect(load()).toBe(`BpfError LIBRARY load libbpf: ${shim} is missing, run npm run build`);

  // a libbpf that no system has
  writeFileSync(shim, Buffer.from(built.toString('latin1').replace('libbpf.so.1', 'libbpf.so.0'), 'latin1'));
  expect(load()).toBe('BpfError LIBRARY load libbpf: libbpf.so.0 is not installed');

  writeFileSync(shim, 'this is no library');
  expect(load()).toMatch(
    /^BpfError LIBRARY load libbpf: libbpf cannot be loaded: .*libebpf-kit.so: (file too short|invalid ELF)/,
  );

  writeFileSync(shim, built);
  expect(load()).toBe('loaded');
});
