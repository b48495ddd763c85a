import { describe, expect, it } from 'vitest';
import { failure } from '../../src/bpf/step.ts';
import { summariseVerifier } from '../../src/bpf/verifier.ts';

describe('the program that the kernel refused', () => {
  it.each([
    [
      'libbpf 1.1',
      "libbpf: prog 'b': BPF program load failed: Operation not permitted\nlibbpf: prog 'b': failed to load: -1\n",
    ],
    ['libbpf 1.7', "libbpf: prog 'b': BPF program load failed: -EPERM\nlibbpf: prog 'b': failed to load: -EPERM\n"],
    ['before it came to the kernel', "libbpf: prog 'b': failed to find kernel BTF type ID of 'x': -3\n"],
    ['behind a warning about another', "libbpf: prog 'a': failed to guess\nlibbpf: prog 'b': failed to load: -22\n"],
  ])('is found in the words of %s', (_, log) => {
    expect(failure('load x', 1, { log }).program).toBe('b');
  });

  it('is the one that was asked for, whatever the log names', () => {
    expect(failure('attach a', 1, { program: 'a', log: "libbpf: prog 'b': failed to load: -1" }).program).toBe('a');
    expect(failure('load x', 1, { log: "libbpf: map 'm': failed to create" }).program).toBeUndefined();
  });
});

describe('an errno', () => {
  it('has a name and words, and a hint where one is known', () => {
    expect(failure('attach a', 22)).toMatchObject({ message: 'attach a: invalid argument', errno: 22, code: 'EINVAL' });
    expect(failure('attach a', 22, { hints: { EINVAL: 'no tcx' } }).message).toBe(
      'attach a: invalid argument (no tcx)',
    );
    expect(failure('attach a', 1, { hints: { EINVAL: 'no tcx' } }).message).toBe('attach a: operation not permitted');
    expect(failure('use map m', 9, { cause: 'it is not loaded' })).toMatchObject({
      message: 'use map m: it is not loaded',
      code: 'EBADF',
    });
  });

  it("may be the kernel's internal one, or libbpf's", () => {
    expect(failure('read map m', 524)).toMatchObject({ code: 'ENOTSUPP' });
    expect(failure('open x', 4001)).toMatchObject({ code: 'FORMAT', message: 'open x: BPF object format invalid' });
    expect(failure('load x', 4013)).toMatchObject({ code: 'NLPARSE' });
  });
});

describe('the summary of a log', () => {
  const verifier = (...lines: string[]) =>
    [
      "libbpf: prog 'x': BPF program load failed: Permission denied",
      "libbpf: prog 'x': -- BEGIN PROG LOAD LOG --",
      ...lines,
      'processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0',
      '-- END PROG LOAD LOG --',
      "libbpf: prog 'x': failed to load: -13",
      "libbpf: failed to load object 'y'",
    ].join('\n');

  it('is the line of C, the instruction, and the reason', () => {
    const log = verifier(
      "arg#0 reference type('UNKNOWN ') size cannot be determined: -22",
      '0: R1=ctx() R10=fp0',
      '; __u32 key = 0; @ x.bpf.c:20',
      '0: (b7) r1 = 0                        ; R1=0',
      'from 0 to 7: R0=0',
      '; *count += 1; @ x.bpf.c:23',
      '7: (79) r1 = *(u64 *)(r0 +0)          ; R0=0',
      'mark_precise: frame0: last_idx 7 first_idx 0',
      "R0 invalid mem access 'map_value_or_null'",
    );
    expect(summariseVerifier(log)).toEqual([
      '*count += 1; @ x.bpf.c:23',
      '7: (79) r1 = *(u64 *)(r0 +0)',
      "R0 invalid mem access 'map_value_or_null'",
    ]);
  });

  it('is the last words of a verifier that saw no instruction', () => {
    expect(summariseVerifier(verifier('a', 'b', 'c', 'Invalid return type'))).toEqual([
      'b',
      'c',
      'Invalid return type',
    ]);
    expect(summariseVerifier(verifier())).toEqual([]);
  });

  it("is libbpf's words when there was no verifier, without its guess at the memory limit", () => {
    const log = [
      "libbpf: prog 'x': BPF program load failed: Operation not permitted",
      "libbpf: permission error while running as root; try raising 'ulimit -l'? current value: 8.0 MiB",
      "libbpf: map 'm': failed to create: Invalid argument(-22)",
      "libbpf: map 'm': failed to create: Invalid argument(-22)",
      "libbpf: failed to load object 'y'",
    ].join('\n');
    expect(summariseVerifier(log)).toEqual(["map 'm': failed to create: Invalid argument(-22)"]);
    expect(summariseVerifier('')).toEqual([]);
  });

  it('keeps what a log that was cut in the middle ends with', () => {
    const [begin, end] = verifier('0: (b7) r1 = 0', '; middle', '1: (95) exit', 'R0 !read_ok').split('; middle');
    expect(summariseVerifier(`${begin}\n… 1000000 bytes left out …\n${end}`)).toEqual(['1: (95) exit', 'R0 !read_ok']);
  });
});
