import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setDebugLog, takeLog } from '../../src/bpf/log.ts';
import { BpfObject } from '../../src/bpf/object.ts';
import { openRing } from '../../src/bpf/ring.ts';
import { summariseVerifier } from '../../src/bpf/verifier.ts';
import { maps } from '../gen/maps.ts';
import { refused } from '../gen/refused.ts';
import { rings } from '../gen/rings.ts';
import { failureOf, fixtureFile, openFixture } from './loader/fixtures.ts';
import { descriptors, exists, heldBy, heldPrograms, survivors, threads } from './loader/witness.ts';

describe('opening', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'loader-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('names a file that is missing', () => {
    const error = failureOf(() => BpfObject.open(rings, join(folder, 'none.bpf.o')));
    expect(error).toMatchObject({ code: 'ENOENT', errno: 2 });
    expect(error.message).toBe(`open ${folder}/none.bpf.o: no such file or directory`);
  });

  it('refuses a file cut short anywhere, and one of noise', () => {
    const whole = readFileSync(fixtureFile('rings'));
    const broken = join(folder, 'broken.bpf.o');
    for (let part = 0; part < 50; part++) {
      writeFileSync(broken, whole.subarray(0, (whole.length * part) / 50));
      expect(failureOf(() => BpfObject.open(rings, broken)).code).toMatch(/^(FORMAT|LAYOUT)$/);
    }
    writeFileSync(broken, Buffer.alloc(4096, 0xa5));
    expect(failureOf(() => BpfObject.open(rings, broken)).code).toBe('FORMAT');
  });

  it('refuses the object of another layout', () => {
    const error = failureOf(() => BpfObject.open(rings, fixtureFile('maps')));
    expect(error).toMatchObject({ code: 'LAYOUT', errno: 0 });
    expect(error.message).toContain('it is not the object that the code for rings was generated from');
  });
});

describe('what the kernel refuses', () => {
  const load = (program: keyof typeof refused.programs) => {
    using object = openFixture(refused);
    object.setAutoload(program, true);
    object.load();
  };

  it("is told in the verifier's words, with the program and the line of C", () => {
    const error = failureOf(() => load('unchecked'));
    expect(error).toMatchObject({ what: 'load refused', code: 'EACCES', errno: 13, program: 'unchecked' });
    const [source, instruction, reason, ...more] = summariseVerifier(error.log);
    expect(source).toMatch(/^\*count \+= 1;/);
    expect(instruction).toMatch(/^\d+: \(79\) r1 = \*\(u64 \*\)\(r0 \+0\)$/);
    expect(reason).toBe("R0 invalid mem access 'map_value_or_null'");
    expect(more).toEqual([]);
    expect(takeLog()).toContain(error.log);
    expect(takeLog()).toBe('');
  });

  it('keeps the beginning and the end of a log that is too long', () => {
    const error = failureOf(() => load('talkative'));
    expect(error).toMatchObject({ code: 'EACCES', program: 'talkative' });
    expect(error.log.length).toBeLessThan(256 * 1024);
    expect(error.log).toMatch(/^libbpf: prog 'talkative': BPF program load failed: (Permission denied|-EACCES)\n/);
    expect(error.log).toMatch(/\n… \d{6,} bytes left out …\n/);
    expect(error.log.trimEnd()).toMatch(/failed to load object 'refused'$/);
    expect(summariseVerifier(error.log).at(-1)).toBe("R0 invalid mem access 'map_value_or_null'");
  });

  it('names a field that this kernel does not have', () => {
    const error = failureOf(() => load('relocated'));
    expect(error.program).toBe('relocated');
    expect(summariseVerifier(error.log).at(-1)).toMatch(
      /^failed to resolve CO-RE relocation .* struct task_struct___none\.no_such_field/,
    );
  });

  it('names a function that this kernel does not have', () => {
    const error = failureOf(() => load('unknown'));
    expect(error).toMatchObject({ code: 'ESRCH', program: 'unknown' });
    expect(summariseVerifier(error.log).join()).toContain("'no_such_function'");
  });

  it('does not keep the neighbour from being loaded', () => {
    expect(() => load('accepted')).not.toThrow();
  });

  it('leaves out nothing but what -v asks for', () => {
    setDebugLog(true);
    load('accepted');
    setDebugLog(false);
    expect(takeLog()).toContain("libbpf: sec '?raw_tp/sys_enter': found program 'accepted'");
    load('accepted');
    expect(takeLog()).toBe('');
  });
});

describe('the order of things', () => {
  it('is refused when it is wrong, never passed on to freed memory', () => {
    const object = openFixture(rings);
    expect(failureOf(() => object.attach('on_umask'))).toMatchObject({ code: 'EBADF' });
    expect(failureOf(() => object.mapFd('note_events')).message).toBe('use map note_events: it is not loaded');
    expect(failureOf(() => openRing(object, () => {}))).toMatchObject({ code: 'EBADF' });
    object.load();
    expect(failureOf(() => object.setMaxEntries('note_events', 4096))).toMatchObject({ code: 'EBUSY' });
    const reader = openRing(object, () => {});
    expect(object.readMap('sheets').length).toBe(1);
    reader.close();
    reader.close();
    expect(failureOf(() => reader.drain(() => {})).message).toBe('read the rings of rings: the reader is closed');
    expect(failureOf(() => reader.arm())).toMatchObject({ code: 'EBADF' });
    object.close();
    object.close();
    expect(object.loaded).toBe(false);
    // its descriptor may be another file's by now
    expect(failureOf(() => object.readMap('sheets'))).toMatchObject({ code: 'EBADF' });
    expect(failureOf(() => object.attach('on_umask')).message).toBe('use rings: the object is closed');
    expect(failureOf(() => object.setConstants({ target: 1 }))).toMatchObject({ code: 'EBADF' });
  });

  it('names the size that no ring buffer can have', () => {
    using object = openFixture(rings);
    object.setMaxEntries('note_events', 5000);
    // libbpf rounds up where there is a power of two
    object.setMaxEntries('page_events', 2 ** 32 - 4096);
    const error = failureOf(() => object.load());
    expect(error.message).toBe('load rings: invalid argument');
    expect(error.log).toContain("map 'page_events'");
  });
});

describe('a loaded object', () => {
  it('counts the instructions of its programs', () => {
    using object = openFixture(rings);
    object.load();
    expect(object.insns('on_umask')).toBeGreaterThan(20);
    // the kernel's own account, where it keeps one
    const [verified = '0'] = heldPrograms().map((info) => /^verified_insns:\t(\d+)$/m.exec(info)?.[1]);
    expect(object.verifiedInsns('on_umask')).toBe(Number(verified));
    expect(object.misses()).toBe(0);
  });

  it('is gone after close, with all that was attached, opened and started', async () => {
    openFixture(maps).close();
    const before = { held: heldBy('self'), descriptors: descriptors(), threads: threads() };
    const object = openFixture(rings);
    object.setConstants({ target: process.pid });
    object.load();
    object.attach('on_umask');
    const reader = openRing(object, () => {});
    reader.arm();
    const held = heldBy('self');
    // before kernel 5.15 a link to a perf event has no id
    const kinds = held.map(({ kind }) => kind).filter((kind) => kind !== 'link');
    expect(kinds.sort()).toEqual(['map', 'map', 'map', 'map', 'map', 'prog']);
    expect(held.every(exists)).toBe(true);
    expect(threads().length).toBe(before.threads.length + 1);
    reader.close();
    object.close();
    expect(await survivors(held)).toEqual([]);
    expect({ held: heldBy('self'), descriptors: descriptors(), threads: threads() }).toEqual(before);
  });
});
