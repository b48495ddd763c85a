import { closeSync, existsSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { cpus } from '../host/cpus.ts';
import { BpfError } from './error.ts';
import type { Handle } from './handle.ts';
import { readKernelFile } from './kernel-files.ts';
import { type Link, makeLink } from './link.ts';
import { openMailbox } from './mailbox.ts';
import { type StepOptions, step } from './step.ts';
import { describeTarget, type PerfEventTarget, targetOf, type UprobeTarget } from './target.ts';

const { EOPNOTSUPP } = constants.errno;
const PERF_TYPE_TRACEPOINT = 2;
const XDP_FLAGS = { generic: 1 << 1, native: 1 << 2 };

type Hints = StepOptions['hints'];

/**
 * @param target by default what the section says
 * @throws BpfError
 */
export function attachProgram(object: Handle, program: string, section: string, target = targetOf(section)): Link {
  const { native } = openMailbox();
  const handle = object.program(program);
  const fd = object.programFd(program);
  const what = `attach ${program} to ${target ? describeTarget(target) : section}`;
  const viaLibbpf = (action: () => number, hints?: Hints) => {
    const link = step(what, action, { program, hints });
    return makeLink(native.bpf_link__fd(link), () => native.bpf_link__destroy(link));
  };
  const viaKernel = (action: () => number, hints?: Hints) => {
    const link = step(what, action, { program, hints });
    return makeLink(link, () => native.close(link));
  };
  switch (target?.kind) {
    case undefined:
      return viaLibbpf(() => native.kit_attach(handle), { EOPNOTSUPP: 'its section does not say where' });
    case 'kprobe':
      return viaLibbpf(() => attachKprobe(handle, target.symbol, target.ret), {
        EOPNOTSUPP: 'this kernel has no kprobes',
      });
    case 'tracepoint':
      return viaLibbpf(() => attachTracepoint(handle, target.category, target.name));
    case 'raw_tracepoint':
      return viaLibbpf(() => native.kit_attach_raw_tracepoint(handle, target.name));
    case 'uprobe':
      return viaLibbpf(() => attachUprobe(handle, target), { EOPNOTSUPP: 'this kernel has no uprobes' });
    case 'perf_event':
      return joinLinks(perfCpus(target), (cpu) => viaLibbpf(() => attachPerf(handle, target, cpu)));
    case 'xdp':
      return viaKernel(() => native.kit_attach_xdp(fd, target.ifindex, target.mode ? XDP_FLAGS[target.mode] : 0));
    case 'tc':
      return viaKernel(() => native.kit_attach_tcx(fd, target.ifindex, Number(target.direction === 'egress')), {
        EINVAL: 'kernels before 6.6 have no tcx links',
      });
    case 'cgroup':
      return viaLibbpf(() => withFile(target.path, (cgroup) => native.kit_attach_cgroup(handle, cgroup)));
    case 'iter': {
      const map = target.map === undefined ? -1 : object.mapFd(target.map);
      return viaLibbpf(() => native.kit_attach_iter(handle, map, target.pid ?? 0));
    }
  }
}

function attachKprobe(handle: number, symbol: string, ret = false): number {
  return hasPmu('kprobe') ? openMailbox().native.kit_attach_kprobe(handle, Number(ret), symbol) : -EOPNOTSUPP;
}

function attachUprobe(handle: number, { path, symbol = '', offset = 0, pid = -1, ret = false }: UprobeTarget): number {
  if (!hasPmu('uprobe')) return -EOPNOTSUPP;
  return openMailbox().native.kit_attach_uprobe(handle, Number(ret), pid, path, symbol, offset);
}

/** Without it libbpf would write the probe into tracefs, where it outlives the process. */
function hasPmu(name: 'kprobe' | 'uprobe'): boolean {
  return existsSync(`/sys/bus/event_source/devices/${name}/type`);
}

function attachTracepoint(handle: number, category: string, name: string): number {
  const id = numberOrErrno(() => Number(readKernelFile('tracefs', `events/${category}/${name}/id`)));
  return id < 0 ? id : openMailbox().native.kit_attach_perf(handle, PERF_TYPE_TRACEPOINT, id, 0, 0, -1, 0);
}

function perfCpus({ cpu, pid }: PerfEventTarget): number[] {
  if (cpu !== undefined) return [cpu];
  return pid === undefined ? cpus('online') : [-1];
}

function attachPerf(handle: number, { type, config, frequency, period = 0, pid = -1 }: PerfEventTarget, cpu: number) {
  const sample = frequency ?? period;
  return openMailbox().native.kit_attach_perf(handle, type, config, sample, Number(frequency !== undefined), pid, cpu);
}

/** One link for several; all or none. */
function joinLinks(cpus: readonly number[], attach: (cpu: number) => Link): Link {
  const links: Link[] = [];
  const release = () => {
    for (const link of links) link.detach();
  };
  try {
    for (const cpu of cpus) links.push(attach(cpu));
  } catch (error) {
    release();
    throw error;
  }
  return makeLink(links[0].fd, release);
}

function withFile(path: string, use: (fd: number) => number): number {
  const fd = numberOrErrno(() => openSync(path, 'r'));
  if (fd < 0) return fd;
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** The result, or the negative errno of the system call that failed. */
function numberOrErrno(action: () => number): number {
  try {
    return action();
  } catch (error) {
    if (error instanceof BpfError) throw error;
    return (error as NodeJS.ErrnoException).errno ?? -constants.errno.EIO;
  }
}
