import { existsSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BpfError } from '../../src/bpf/error.ts';
import type { ObjectLayout } from '../../src/btf/layout.ts';
import { type Check, checkCapabilities, noTracefs } from '../../src/kit/doctor/checks.ts';
import { explain } from '../../src/kit/doctor/explain.ts';
import { ExitCode } from '../../src/kit/errors.ts';

vi.mock(import('../../src/kit/doctor/checks.ts'), async (original) => ({
  ...(await original()),
  checkCapabilities: vi.fn(),
}));
vi.mock(import('node:fs'), async (original) => ({ ...(await original()), existsSync: vi.fn() }));

const granted: Check = { name: 'capabilities', state: 'ok', detail: 'may' };
const denied: Check = { name: 'capabilities', state: 'missing', detail: 'no permission', remedy: 'use sudo' };

const layout = {
  name: 'tool',
  programs: {
    on_kprobe: 'kprobe/tcp_drop',
    on_kretprobe: 'kretprobe/do_exit',
    on_fentry: 'fentry/tcp_drop',
    on_fexit: 'fexit/do_exit',
    on_raw: 'raw_tp/sched_process_exec',
    on_btf: 'tp_btf/sched_process_exec',
    on_tracepoint: 'tracepoint/syscalls/sys_enter_execve',
    on_lsm: 'lsm/bprm_check_security',
  },
} as unknown as ObjectLayout;

const refused = (program: string | undefined, code: string, log = '') =>
  new BpfError(`attach ${program}`, 1, code, 'refused', log, program);

beforeEach(() => {
  vi.mocked(checkCapabilities).mockReturnValue(granted);
  vi.mocked(existsSync).mockReturnValue(true);
});

describe('explain', () => {
  it.each([
    ['on_kprobe', 'ENOENT', 'this kernel has no function tcp_drop to probe (renamed, or inlined)'],
    ['on_kretprobe', 'ENOENT', 'this kernel has no function do_exit to probe (renamed, or inlined)'],
    ['on_fentry', 'ESRCH', "this kernel's BTF knows no function tcp_drop (renamed, or inlined)"],
    ['on_fexit', 'ENOENT', "this kernel's BTF knows no function do_exit (renamed, or inlined)"],
    ['on_raw', 'ENOENT', 'this kernel has no tracepoint sched_process_exec'],
    ['on_btf', 'ESRCH', 'this kernel has no tracepoint sched_process_exec'],
    ['on_tracepoint', 'ENOENT', 'this kernel has no tracepoint syscalls/sys_enter_execve'],
    ['on_fentry', 'EPERM', 'this kernel refuses fentry programs (no BPF trampoline, or a security policy)'],
    ['on_fexit', 'ENOTSUPP', 'this kernel refuses fexit programs (no BPF trampoline, or a security policy)'],
    ['on_lsm', 'EINVAL', 'this kernel refuses BPF LSM programs (CONFIG_BPF_LSM is off, or a security policy)'],
  ])('%s, %s', (program, code, cause) => {
    expect(explain(refused(program, code), layout)).toEqual({ cause, exitCode: ExitCode.unavailable });
  });

  it('a kernel without kprobes, whatever it says', () => {
    vi.mocked(existsSync).mockImplementation((path) => path !== '/sys/bus/event_source/devices/kprobe');
    const cause = 'this kernel is built without kprobes (CONFIG_KPROBES)';
    for (const code of ['ENOENT', 'EINVAL', 'EOPNOTSUPP']) {
      expect(explain(refused('on_kprobe', code), layout).cause).toBe(cause);
    }
    expect(explain(refused('on_raw', 'EINVAL'), layout).cause).not.toBe(cause);
  });

  it.each(['EPERM', 'EACCES'])('%s without the rights, in the words of doctor', (code) => {
    vi.mocked(checkCapabilities).mockReturnValue(denied);
    const expected = { cause: 'no permission', remedy: 'use sudo', exitCode: ExitCode.noPermission };
    expect(explain(refused('on_fentry', code), layout)).toEqual(expected);
    expect(explain(refused(undefined, code))).toEqual(expected);
  });

  it('another error without the rights is what it is', () => {
    vi.mocked(checkCapabilities).mockReturnValue(denied);
    expect(explain(refused('on_raw', 'ENOENT'), layout).exitCode).toBe(ExitCode.unavailable);
  });

  it("the verifier's own words, where there are any", () => {
    const log = [
      "libbpf: prog 'on_raw': -- BEGIN PROG LOAD LOG --",
      '; return *p;',
      '12: (79) r0 = *(u64 *)(r1 +0)',
      "R1 invalid mem access 'scalar'",
      'processed 13 insns (limit 1000000)',
      '-- END PROG LOAD LOG --',
    ].join('\n');
    const { cause, exitCode } = explain(refused('on_raw', 'EACCES', log), layout);
    expect(cause).toMatch(/^attach on_raw: refused: .*R1 invalid mem access 'scalar'$/);
    expect(exitCode).toBe(ExitCode.unavailable);
  });

  it.each([
    ['open /x/tool.bpf.o', 'ENOENT'],
    ['open /x/tool.bpf.o', 'LAYOUT'],
    ['open tool', 'FORMAT'],
    ['open tool', 'RELOC'],
    ['load libbpf', 'LIBRARY'],
  ])('a damaged installation is not the fault of the kernel: %s, %s', (what, code) => {
    expect(explain(new BpfError(what, 2, code, 'why'), layout)).toEqual({
      cause: `${what}: why`,
      remedy: 'install ebpf-kit anew, or build it again',
      exitCode: ExitCode.failure,
    });
  });

  it('anything else as it was said', () => {
    expect(explain(new BpfError('load tool', 12, 'ENOMEM', 'out of memory'))).toEqual({
      cause: 'load tool: out of memory',
      exitCode: ExitCode.unavailable,
    });
  });

  it('says of tracefs out of reach what doctor says', () => {
    const { detail, remedy } = noTracefs;
    const error = new BpfError('open tracefs', 1, 'EPERM', 'operation not permitted');
    expect(explain(error, layout)).toEqual({ cause: detail, remedy, exitCode: ExitCode.unavailable });
  });
});
