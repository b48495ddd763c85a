import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BpfError } from '../../src/bpf/error.ts';
import { type Link, readIterator } from '../../src/bpf/link.ts';
import type { BpfObject } from '../../src/bpf/object.ts';
import type { AttachTarget } from '../../src/bpf/target.ts';
import { mountPoint } from '../../src/host/mounts.ts';
import { hooks } from '../gen/hooks.ts';
import { claimHook } from '../vm/plans.ts';
import { failureOf, openFixture } from './loader/fixtures.ts';
import { type HookName, hits } from './loader/hits.ts';

let object: BpfObject<typeof hooks>;
beforeEach(() => {
  object = openFixture(hooks);
  object.setConstants({ target: process.pid });
});
afterEach(() => object.close());

function attach(program: HookName, target?: AttachTarget): Link {
  object.setAutoload(program, true);
  object.load();
  return object.attach(program, target);
}

/** Attached, it runs as often as something happens; detached, never again. */
function expectToCount(program: HookName, link: Link, happen: () => void): void {
  const before = hits(object, program);
  for (let i = 0; i < 5; i++) happen();
  expect(hits(object, program) - before).toBe(5);
  link.detach();
  expect(link.fd).toBe(-1);
  link.detach();
  happen();
  expect(hits(object, program) - before).toBe(5);
}

const openFile = () => closeSync(openSync('/dev/null', 'r'));
const callUmask = () => {
  process.umask(0o22);
};
const inherited = process.umask();
afterAll(() => {
  process.umask(inherited);
});

describe('tracing programs that every kernel takes', () => {
  it('tracepoint, by section', () => {
    claimHook('tracepoint').accepted();
    expectToCount('on_tracepoint', attach('on_tracepoint'), callUmask);
  });

  it('tracepoint, by target', () => {
    const link = attach('on_tracepoint', { kind: 'tracepoint', category: 'syscalls', name: 'sys_exit_umask' });
    expectToCount('on_tracepoint', link, callUmask);
  });

  it('a tracepoint that does not exist', () => {
    const target = { kind: 'tracepoint', category: 'syscalls', name: 'sys_enter_nothing' } as const;
    const error = failureOf(() => attach('on_tracepoint', target));
    expect(error).toMatchObject({ code: 'ENOENT', program: 'on_tracepoint' });
    expect(error.message).toBe(
      'attach on_tracepoint to tracepoint syscalls:sys_enter_nothing: no such file or directory',
    );
  });

  it('raw tracepoint, by section and by target', () => {
    claimHook('raw_tp').accepted();
    expectToCount('on_raw_tracepoint', attach('on_raw_tracepoint'), callUmask);
    const byTarget = object.attach('on_raw_tracepoint', { kind: 'raw_tracepoint', name: 'sys_exit' });
    expectToCount('on_raw_tracepoint', byTarget, callUmask);
    const error = failureOf(() => object.attach('on_raw_tracepoint', { kind: 'raw_tracepoint', name: 'nothing' }));
    expect(error).toMatchObject({ code: 'ENOENT', program: 'on_raw_tracepoint' });
  });

  it('tp_btf', () => {
    claimHook('tp_btf').accepted();
    expectToCount('on_tp_btf', attach('on_tp_btf'), callUmask);
  });

  it.each(['uprobe', 'uretprobe'] as const)('%s, in a library found by name', (way) => {
    claimHook(way).accepted();
    const program = `on_${way}` as const;
    const target = { kind: 'uprobe', path: 'libc.so.6', symbol: 'getppid', ret: way === 'uretprobe' } as const;
    expectToCount(program, attach(program, target), () => process.ppid);
    const here = object.attach(program, { ...target, pid: process.pid });
    expectToCount(program, here, () => process.ppid);
    const parent = object.attach(program, { ...target, pid: process.ppid });
    const before = hits(object, program);
    void process.ppid;
    expect(hits(object, program)).toBe(before);
    parent.detach();
  });

  it('a uprobe nowhere', () => {
    object.setAutoload('on_uprobe', true);
    object.load();
    const none = { kind: 'uprobe', path: 'libc.so.6', symbol: 'no_such_symbol' } as const;
    expect(failureOf(() => object.attach('on_uprobe', none))).toMatchObject({ code: 'ENOENT', program: 'on_uprobe' });
    expect(failureOf(() => object.attach('on_uprobe')).message).toBe(
      'attach on_uprobe to uprobe: operation not supported (its section does not say where)',
    );
  });

  it('perf event, on every CPU or for one process', () => {
    claimHook('perf_event').accepted();
    const clock = { kind: 'perf_event', type: 1, config: 0, period: 100_000 } as const;
    const link = attach('on_perf_event', clock);
    for (const attached of [link, object.attach('on_perf_event', { ...clock, pid: process.pid })]) {
      const before = hits(object, 'on_perf_event');
      const deadline = performance.now() + 10_000;
      while (hits(object, 'on_perf_event') < before + 10) expect(performance.now()).toBeLessThan(deadline);
      attached.detach();
    }
    const after = hits(object, 'on_perf_event');
    for (let i = 0; i < 1e7; i++);
    expect(hits(object, 'on_perf_event')).toBe(after);
    const error = failureOf(() => object.attach('on_perf_event', { ...clock, type: 4711 }));
    expect(error).toMatchObject({ code: 'ENOENT', program: 'on_perf_event' });
  });

  it('iterator over all tasks', () => {
    claimHook('iterator over tasks').accepted();
    const link = attach('on_task');
    const tasks = readIterator(link).toString();
    expect(tasks).toContain(`\n${process.pid} ${process.pid}\n`);
    expect(hits(object, 'on_task')).toBe(tasks.split('\n').length - 1);
    expect(readIterator(link).length).toBeGreaterThan(0);
  });

  it('iterator over the tasks of one process', () => {
    const { accepted, refused } = claimHook('iterator over the tasks of a process');
    let link: Link;
    try {
      link = attach('on_task', { kind: 'iter', pid: process.pid });
    } catch (error) {
      // since kernel 6.1, f0d74c4da1f0; those that have never heard of such a thing say E2BIG
      expect(error).toMatchObject({ code: expect.stringMatching(/^(EINVAL|E2BIG)$/), program: 'on_task' });
      refused((error as BpfError).message);
      return;
    }
    accepted();
    const lines = readIterator(link).toString().trim().split('\n');
    expect(new Set(lines.map((line) => line.split(' ')[0]))).toEqual(new Set([`${process.pid}`]));
  });

  it('iterator over a map', () => {
    claimHook('iterator over a map').accepted();
    const link = attach('on_map', { kind: 'iter', map: 'hits' });
    object.update('hits', 3, 42);
    const lines = readIterator(link).toString().split('\n');
    expect(lines.length).toBe(17);
    expect(lines[3]).toBe('3 42');
    expect(failureOf(() => object.attach('on_map')).program).toBe('on_map');
  });
});

describe('tracing programs that some kernels refuse', () => {
  /** What happened, or the refusal, which must say who and why. */
  function tryAll(
    way: 'kprobe' | 'kretprobe' | 'fentry' | 'fexit' | 'lsm',
    codes: RegExp,
    target?: AttachTarget,
  ): void {
    const program = `on_${way}` as const;
    const { accepted, refused } = claimHook(way, way);
    let link: Link;
    try {
      link = attach(program, target);
    } catch (error) {
      expect(error).toBeInstanceOf(BpfError);
      const { errno, message } = error as BpfError;
      expect(error).toMatchObject({ code: expect.stringMatching(codes), program });
      expect(errno).toBeGreaterThan(0);
      expect(message).toMatch(/^(load hooks|attach on_\w+ to [^:]+): [a-z ]+/);
      refused(message);
      return;
    }
    accepted();
    expectToCount(program, link, openFile);
  }

  it('kprobe, by section', () => {
    tryAll('kprobe', /^EOPNOTSUPP$/);
  });

  it('kretprobe, by section', () => {
    tryAll('kretprobe', /^EOPNOTSUPP$/);
  });

  it('kprobe, by target', () => {
    tryAll('kprobe', /^EOPNOTSUPP$/, { kind: 'kprobe', symbol: 'do_sys_openat2' });
  });

  it('kprobe of a function that does not exist', () => {
    const error = failureOf(() => attach('on_kprobe', { kind: 'kprobe', symbol: 'no_such_function' }));
    expect(error).toMatchObject({ code: expect.stringMatching(/^(EOPNOTSUPP|ENOENT)$/), program: 'on_kprobe' });
    expect(error.message).toContain('attach on_kprobe to kprobe no_such_function: ');
  });

  it('fentry', () => tryAll('fentry', /^(EPERM|EINVAL|ENOTSUPP)$/));

  it('fexit', () => tryAll('fexit', /^(EPERM|EINVAL|ENOTSUPP)$/));

  it('lsm', () => tryAll('lsm', /^(EPERM|EINVAL|ENOTSUPP)$/));
});

describe('a cgroup program', () => {
  const cgroup = join(mountPoint('cgroup2') ?? '', `ebpf-kit-test-${process.pid}`);
  afterEach(() => rmdirSync(cgroup));

  it('runs for the processes of its cgroup, and for no others', () => {
    mkdirSync(cgroup);
    claimHook('cgroup').accepted();
    const link = attach('on_cgroup', { kind: 'cgroup', path: cgroup });
    const send = 'echo ebpf-kit > /dev/udp/127.0.0.1/9';
    execFileSync('bash', ['-c', send]);
    expect(hits(object, 'on_cgroup')).toBe(0);
    const sendInside = () => execFileSync('bash', ['-c', `echo $$ > ${cgroup}/cgroup.procs && ${send}`]);
    expectToCount('on_cgroup', link, sendInside);
    const error = failureOf(() => object.attach('on_cgroup', { kind: 'cgroup', path: `${cgroup}/none` }));
    expect(error).toMatchObject({ code: 'ENOENT', program: 'on_cgroup' });
    expect(failureOf(() => object.attach('on_cgroup', { kind: 'cgroup', path: '/proc' })).code).toBe('EBADF');
  });
});
