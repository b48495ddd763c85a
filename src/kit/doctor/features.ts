import { closeSync, openSync, readFileSync } from 'node:fs';
import { arch, release } from 'node:os';
import { BpfError } from '../../bpf/error.ts';
import { type KernelFileSystem, readKernelFile } from '../../bpf/kernel-files.ts';
import { BpfObject } from '../../bpf/object.ts';
import { probe } from '../../gen/probe.ts';
import { mountPoint } from '../../host/mounts.ts';
import { type Check, checkBtf, checkCapabilities, currentUser, noTracefs } from './checks.ts';
import { explain } from './explain.ts';

type Probe = keyof typeof probe.programs;
/** Looks closer at a probe that was attached. */
type Inspect = (object: BpfObject<typeof probe>) => Check;

/** Programs that are attached to what the kernel's types name; the others can do without. */
const NEEDS_BTF: ReadonlySet<Probe> = new Set(['probe_fentry', 'probe_tp_btf', 'probe_lsm']);

/** All that doctor looks at, in its order. Probing needs the capabilities; without them those are 'unknown'. */
export function checkFeatures(): readonly Check[] {
  const rights = checkCapabilities();
  const probed = [
    { name: 'kprobes', program: 'probe_kprobe' },
    { name: 'fentry', program: 'probe_fentry' },
    { name: 'tracepoints', program: 'probe_tracepoint' },
    { name: 'raw tracepoints', program: 'probe_raw_tp' },
    { name: 'btf tracepoints', program: 'probe_tp_btf' },
    { name: 'xdp', program: 'probe_xdp' },
  ] as const;
  const unknown = (name: string): Check => ({ name, state: 'unknown', detail: 'not probed without permission' });
  const allowed = rights.state === 'ok';
  const types = checkBtf();
  const look = (name: string, program: Probe, inspect?: Inspect): Check => {
    if (!allowed) return unknown(name);
    if (types.state === 'missing' && NEEDS_BTF.has(program)) return { name, state: 'missing', detail: types.detail };
    return checkProbe(name, program, inspect);
  };
  return [
    { name: 'user', state: 'ok', detail: currentUser() },
    rights,
    { name: 'kernel', state: 'ok', detail: `${release()} ${arch()}` },
    types,
    allowed ? checkLockdown() : unknown('lockdown'),
    checkMount('bpffs', 'bpf', 'needed only to keep programs after the end of their tool'),
    allowed || mountPoint('tracefs') ? checkTracefs() : unknown('tracefs'),
    checkMount('cgroup v2', 'cgroup2', 'needed for --cgroup'),
    ...probed.map(({ name, program }) => look(name, program)),
    look('lsm', 'probe_lsm', checkLsmRuns),
    checkMemoryLock(),
  ];
}

function checkMount(name: string, type: string, use: string): Check {
  const path = mountPoint(type);
  if (path) return { name, state: 'ok', detail: `mounted at ${path}` };
  return { name, state: 'missing', detail: `not mounted; ${use}` };
}

function checkTracefs(): Check {
  const name = 'tracefs';
  const path = mountPoint(name);
  if (path) return { name, state: 'ok', detail: `mounted at ${path}` };
  if (readIfThere(name, 'events/header_page'))
    return { name, state: 'ok', detail: 'not mounted; read through a mount that no one else sees' };
  return noTracefs;
}

/** kernel_lockdown(7). */
function checkLockdown(): Check {
  const name = 'lockdown';
  const text = readIfThere('securityfs', 'lockdown');
  const [, mode] = /\[(\w+)\]/.exec(text) ?? [];
  if (!mode) return { name, state: 'unknown', detail: 'the kernel does not tell' };
  if (mode !== 'confidentiality') return { name, state: 'ok', detail: mode };
  return {
    name,
    state: 'missing',
    detail: 'lockdown is in confidentiality mode: BPF programs may not read kernel memory',
    remedy: 'boot with lockdown=integrity, or without Secure Boot',
  };
}

/** The file's text; empty when it is not there or out of reach. */
function readIfThere(type: KernelFileSystem, path: string): string {
  try {
    return readKernelFile(type, path);
  } catch {
    return '';
  }
}

/** Loads and attaches one program of the probe object for a moment; XDP is loaded only. */
function checkProbe(name: string, program: Probe, inspect?: Inspect): Check {
  try {
    using object = BpfObject.open(probe);
    object.setAutoload(program, true);
    object.load();
    if (program !== 'probe_xdp') object.attach(program);
    const detail = program === 'probe_xdp' ? 'a probe was loaded' : 'a probe was loaded and attached';
    return inspect?.(object) ?? { name, state: 'ok', detail };
  } catch (error) {
    if (!(error instanceof BpfError)) throw error;
    const { cause, remedy } = explain(error, probe);
    return { name, state: 'missing', detail: cause, remedy };
  }
}

/** A BPF LSM program can be attached and still never run, when bpf is not among the active security modules. */
function checkLsmRuns(object: BpfObject<typeof probe>): Check {
  // opening the kernel log asks the syslog hook
  closeSync(openSync('/dev/kmsg', 'r'));
  if (object.lookup('lsm_runs', 0)) return { name: 'lsm', state: 'ok', detail: 'a probe was attached and ran' };
  return {
    name: 'lsm',
    state: 'missing',
    detail: 'BPF LSM programs can be attached, but bpf is not among the active security modules',
    remedy: 'add bpf to lsm= on the kernel command line',
  };
}

/** Kernels before 5.11 count BPF memory against it (torvalds/linux 97306be45fbe); tools raise it when they may. */
function checkMemoryLock(): Check {
  const [, soft] = /^Max locked memory\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  const text = soft === 'unlimited' ? soft : `${Number(soft) / 1024} KiB`;
  return { name: 'memory-lock limit', state: 'ok', detail: `${text}; raised where the kernel needs it` };
}
