import { existsSync } from 'node:fs';
import type { BpfError } from '../../bpf/error.ts';
import { summariseVerifier } from '../../bpf/verifier.ts';
import type { ObjectLayout } from '../../btf/layout.ts';
import { ExitCode } from '../errors.ts';
import { checkCapabilities, noTracefs } from './checks.ts';

/** A failure of the kernel or of libbpf in plain words. */
export interface Explanation {
  /** One line, lower case. */
  readonly cause: string;
  readonly remedy?: string;
  readonly exitCode: number;
}

const REPAIR = 'install ebpf-kit anew, or build it again';
const KPROBE_PMU = '/sys/bus/event_source/devices/kprobe';

/** What a kernel lacks when it refuses a program of this kind, by the first part of its section. */
const REFUSED: Readonly<Record<string, string>> = {
  fentry: 'this kernel refuses fentry programs (no BPF trampoline, or a security policy)',
  fexit: 'this kernel refuses fexit programs (no BPF trampoline, or a security policy)',
  lsm: 'this kernel refuses BPF LSM programs (CONFIG_BPF_LSM is off, or a security policy)',
};

/** Why a step with this object failed, and what can be done. */
export function explain(error: BpfError, layout?: ObjectLayout): Explanation {
  const rights = checkCapabilities();
  if (rights.state === 'missing' && (error.code === 'EPERM' || error.code === 'EACCES')) {
    return { cause: rights.detail, remedy: rights.remedy, exitCode: ExitCode.noPermission };
  }
  if (error.what === 'open tracefs') {
    return { cause: noTracefs.detail, remedy: noTracefs.remedy, exitCode: ExitCode.unavailable };
  }
  const section = (error.program && layout?.programs[error.program]) || '';
  const [kind, ...rest] = section.split('/');
  const cause = ofProgram(error, kind, rest.join('/')) ?? verifierCause(error);
  if (cause) return { cause, exitCode: ExitCode.unavailable };
  if (ofInstallation(error)) return { cause: error.message, remedy: REPAIR, exitCode: ExitCode.failure };
  return { cause: error.message, exitCode: ExitCode.unavailable };
}

/** Whether it is this installation that is broken, whatever the kernel: its object files, or the way to libbpf. */
function ofInstallation({ what, code }: BpfError): boolean {
  return what.startsWith('open ') || ['LAYOUT', 'LIBRARY', 'FORMAT'].includes(code);
}

function ofProgram({ code }: BpfError, kind: string, target: string): string | undefined {
  if (/^k(ret)?probe$/.test(kind)) {
    if (!existsSync(KPROBE_PMU)) return 'this kernel is built without kprobes (CONFIG_KPROBES)';
    if (code === 'ENOENT') return `this kernel has no function ${target} to probe (renamed, or inlined)`;
  }
  if (/^f(entry|exit)$/.test(kind) && (code === 'ESRCH' || code === 'ENOENT')) {
    return `this kernel's BTF knows no function ${target} (renamed, or inlined)`;
  }
  if (kind === 'iter' && (code === 'ENOENT' || code === 'ESRCH')) return `this kernel has no iterator over ${target}`;
  if (/^(raw_tp|tp_btf|tracepoint|tp)$/.test(kind) && (code === 'ENOENT' || code === 'ESRCH')) {
    return `this kernel has no tracepoint ${target}`;
  }
  return code === 'EPERM' || code === 'ENOTSUPP' || code === 'EINVAL' ? REFUSED[kind] : undefined;
}

/** The verifier's own words, which say more than its errno. */
function verifierCause(error: BpfError): string | undefined {
  if (!error.program) return undefined;
  const lines = summariseVerifier(error.log);
  return lines.length ? `${error.message}: ${lines.join('; ')}` : undefined;
}
