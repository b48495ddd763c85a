import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleObject } from './btf/sample-object.ts';
import { array, objectWithEvent, struct } from './btf/shapes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-generate-'));
  // As deep in the project as the committed sample, so that both name the house's files alike.
  out = join(ROOT, 'dist/.build', basename(folder));
  mkdirSync(join(folder, 'objects'));
  writeFileSync(join(folder, 'objects/sample.bpf.o'), sampleObject);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(out, { recursive: true, force: true });
});

function generate(...options: string[]) {
  const args = [
    '--import',
    'tsx',
    'scripts/generate.ts',
    '--objects',
    join(folder, 'objects'),
    '--out',
    out,
    ...options,
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  return { status, stderr };
}

/** What Biome would make of a generated file. */
function formatted(source: string): string {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'check', '--write', '--stdin-file-path=src/gen/sample.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', input: source });
  expect({ status, stderr }).toEqual(ok);
  return stdout;
}

const ok = { status: 0, stderr: '' };

describe('the generator', () => {
  it('writes what is committed beside the sample, and then finds nothing stale', () => {
    expect(generate()).toEqual(ok);
    const committed = readFileSync(join(ROOT, 'test/unit/btf/sample.ts'), 'utf8');
    expect(readFileSync(join(out, 'sample.ts'), 'utf8')).toBe(committed);
    expect(generate('--check')).toEqual(ok);
  });

  it('with --check names what is missing, changed or left over, and writes nothing', () => {
    const missing = generate('--check');
    expect(missing).toMatchObject({ status: 1 });
    expect(missing.stderr).toMatch(/^generate: stale: \S+\/sample\.ts; run npm run build\n$/);
    expect(existsSync(out)).toBe(false);

    generate();
    const written = readFileSync(join(out, 'sample.ts'), 'utf8');
    writeFileSync(join(out, 'sample.ts'), written.replace('size: 216', 'size: 208'));
    writeFileSync(join(out, 'gone.ts'), written);
    writeFileSync(join(out, 'own.ts'), 'export {};\n');
    const { status, stderr } = generate('--check');
    expect({ status, files: stderr.match(/[a-z]+\.ts/g) }).toEqual({ status: 1, files: ['gone.ts', 'sample.ts'] });

    expect(generate()).toEqual(ok);
    expect(readFileSync(join(out, 'sample.ts'), 'utf8')).toBe(written);
    expect([existsSync(join(out, 'gone.ts')), existsSync(join(out, 'own.ts'))]).toEqual([false, true]);
  });

  it('writes what Biome would, also where lines are long', () => {
    const long = (letter: string) => `${letter}_field_with_${'a_very_'.repeat(6)}long_name`;
    const many = struct('thing', 32, {
      [long('a')]: ['u64', 0],
      [long('b')]: [array('u64', 1), 8],
      [long('c')]: ['u8', 16],
      [long('d')]: [array('char', 7), 17],
      w: ['s32', 24],
      h: ['u32', 28],
    });
    const section = `uprobe//${'a/very/long/path/'.repeat(6)}it's:symbol`;
    writeFileSync(
      join(folder, 'objects/xdp-drop.bpf.o'),
      objectWithEvent(many, [{ name: 'program', section, func: true }]),
    );
    expect(generate()).toEqual(ok);
    for (const file of ['sample.ts', 'xdp-drop.ts']) {
      const source = readFileSync(join(out, file), 'utf8');
      expect(formatted(source)).toBe(source);
    }
  });

  it('names the object that it refuses', () => {
    const thing = struct('thing', 8, { a: ['u8', 0], b: ['u32', 4] });
    writeFileSync(join(folder, 'objects/holed.bpf.o'), objectWithEvent(thing));
    expect(generate()).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^generate: holed\.bpf\.o: struct thing: 3 bytes of padding before field 'b'.*\n$/),
    });
    expect(existsSync(join(out, 'sample.ts'))).toBe(false);
  });

  it('says when there is nothing to generate from', () => {
    rmSync(join(folder, 'objects/sample.bpf.o'));
    expect(generate()).toMatchObject({ status: 1, stderr: expect.stringContaining('no objects in') });
  });
});
