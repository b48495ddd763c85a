import { copyFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { copyPackage, type PackageCopy } from './harness/copy.ts';
import { expectNoOrphans } from './harness/observe.ts';
import { run } from './harness/tool.ts';

const object = 'dist/bpf/execsnoop.bpf.o';
const shim = 'dist/native/libebpf-kit.so';
const remedy = 'install ebpf-kit anew, or build it again';

/** How a package is damaged, and what is said about it. */
const damages: readonly (readonly [what: string, damage: (copy: PackageCopy) => void, line: RegExp])[] = [
  [
    'an object that is missing',
    (copy) => rmSync(copy.file(object)),
    /^open \S+execsnoop\.bpf\.o: no such file or directory$/,
  ],
  [
    'an empty object',
    (copy) => copy.change(object, () => Buffer.alloc(0)),
    /^open \S+: not a little-endian ELF64 file$/,
  ],
  [
    'a truncated object',
    (copy) => copy.change(object, (bytes) => bytes.subarray(0, bytes.length / 2)),
    /^open \S+: corrupt ELF file: it points outside of itself$/,
  ],
  [
    'the object of another program',
    (copy) => copyFileSync(copy.file('dist/bpf/probe.bpf.o'), copy.file(object)),
    /^open \S+: it is not the object that the code for execsnoop was generated from, run npm run build$/,
  ],
  [
    'an object of another layout',
    (copy) =>
      copy.change(object, (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('ns_pid', 'xx_pid'), 'latin1')),
    /^open \S+: it is not the object that the code for execsnoop was generated from, run npm run build$/,
  ],
  ['an object whose code is no code', spoilCode, /^open execsnoop: relocation failed$/],
  [
    'a native library that is missing',
    (copy) => rmSync(copy.file(shim)),
    /^load libbpf: \S+libebpf-kit\.so is missing, run npm run build$/,
  ],
  [
    'a native library that is none',
    (copy) => copy.change(shim, () => Buffer.from('nothing')),
    /^load libbpf: libbpf cannot be loaded: \S+libebpf-kit\.so: file too short$/,
  ],
];

/** Overwrites every section of instructions. The format: elf(5). */
function spoilCode(copy: PackageCopy) {
  copy.change(object, (bytes) => {
    const [table, count, PROGBITS, EXECINSTR] = [Number(bytes.readBigUInt64LE(40)), bytes.readUInt16LE(60), 1, 4];
    for (let header = table; header < table + count * 64; header += 64) {
      const code = bytes.readUInt32LE(header + 4) === PROGBITS && bytes.readUInt32LE(header + 8) & EXECINSTR;
      const [offset, size] = [header + 24, header + 32].map((at) => Number(bytes.readBigUInt64LE(at)));
      if (code) bytes.fill(0xff, offset, offset + size);
    }
    return bytes;
  });
}

describe('a damaged package: a clear line, what to do, status 1, and nothing is left', () => {
  it.each(damages)('%s', async (_, damage, line) => {
    const copy = copyPackage();
    damage(copy);
    const { status, stdout, stderr } = await run(['execsnoop'], { command: copy.command });
    const [first, second, ...more] = stderr.split('\n');
    expect(first.replace(/^execsnoop: /, '')).toMatch(line);
    expect([second, ...more]).toEqual([`execsnoop: ${remedy}`, '']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    await expectNoOrphans();
  });

  it('is told by doctor as well', async () => {
    const copy = copyPackage();
    rmSync(copy.file(object));
    const { status, stdout } = await run(['doctor'], { command: copy.command });
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      new RegExp(`execsnoop exec no way to observe it here open .*: no such file or directory ${remedy} `),
    );
    expect(status).toBe(0);
  });

  it('that was never built', async () => {
    const copy = copyPackage();
    rmSync(copy.file('dist/cli.cjs'));
    const { status, stdout, stderr } = await run(['execsnoop'], { command: copy.command });
    expect(stderr).toBe('ebpf-kit: not built: dist/cli.cjs is missing; run npm run build\n');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});
