import { closeSync, openSync } from 'node:fs';
import { cpus } from './cpus.ts';
import { type Link, makeLink } from './link.ts';
import { openMailbox } from './mailbox.ts';
import { type StepOptions, step } from './step.ts';
import { type AttachTarget, describeTarget, type PerfEventTarget, type UprobeTarget } from './target.ts';
import { readKernelFile } from './kernel-files.ts';

const PERF_TYPE_TRACEPOINT = 2;
const XDP_FLAGS = { generic: 1 << 1, native: 1 << 2 };

/** A loaded program, as the functions below need it. */
export interface Program {
  readonly name: string;
  readonly section: string;
  /** libbpf's. */
  readonly handle: number;
  readonly fd: number;
  /** Descriptor of a map of the same object. */
  mapFd(name: string): number;
}

/** @throws BpfError */
export function attachProgram(program: Program, target: AttachTarget | undefined): Link {
  const wanted = target ?? tracepointOf(program.section);
  const what = `attach ${program.name} to ${wanted ? describeTarget(wanted) : program.section}`;
  const { native } = openMailbox();
  const { handle } = program;
  const viaLibbpf = (action: () => number, hints?: StepOptions['hints']) => {
    const link = step(what, action, { program: program.name, hints });
    return makeLink(native.bpf_link__fd(link), () => native.bpf_link__destroy(link));
  };
  const viaKernel = (action: () => number, hints?: StepOptions['hints']) => {
    const fd = step(what, action, { program: program.name, hints });
    return makeLink(fd, () => closeSync(fd));
  };
  switch (wanted?.kind) {
    case undefined:
      return viaLibbpf(() => native.kit_attach(handle), { EOPNOTSUPP: 'its section does not say where' });
    case 'kprobe':
      return viaLibbpf(() => native.kit_attach_kprobe(handle, Number(wanted.ret ?? false), wanted.symbol));
    case 'tracepoint':
      return viaLibbpf(() => {
        const id = numberOrErrno(() => Number(readKernelFile('tracefs', `events/${wanted.category}/${wanted.name}/id`)));
        return id < 0 ? id : native.kit_attach_perf(handle, PERF_TYPE_TRACEPOINT, id, 0, 0, -1, 0);
      });
    case 'raw_tracepoint':
      return viaLibbpf(() => native.kit_attach_raw_tracepoint(handle, wanted.name));
    case 'uprobe':
      return viaLibbpf(() => attachUprobe(handle, wanted));
    case 'perf_event':
      return joinLinks(perfCpus(wanted), (cpu) => viaLibbpf(() => attachPerf(handle, wanted, cpu)));
    case 'xdp':
      return viaKernel(() =>
        native.kit_attach_xdp(program.fd, wanted.ifindex, wanted.mode ? XDP_FLAGS[wanted.mode] : 0),
      );
    case 'tc':
      return viaKernel(() => native.kit_attach_tcx(program.fd, wanted.ifindex, Number(wanted.direction === 'egress')), {
        EINVAL: 'kernels before 6.6 have no tcx links',
      });
    case 'cgroup':
      return viaLibbpf(() => withFile(wanted.path, (fd) => native.kit_attach_cgroup(handle, fd)));
    case 'iter': {
      const mapFd = wanted.map === undefined ? -1 : program.mapFd(wanted.map);
      return viaLibbpf(() => native.kit_attach_iter(handle, mapFd, wanted.pid ?? 0));
    }
  }
}

/** libbpf would look for tracefs where it is mounted, if it is. */
function tracepointOf(section: string): AttachTarget | undefined {
  const [, category, name] = /^(?:tracepoint|tp)\/([^/]+)\/(.+)$/.exec(section) ?? [];
  return name === undefined ? undefined : { kind: 'tracepoint', category, name };
}

function attachUprobe(handle: number, { path, symbol = '', offset = 0, pid = -1, ret = false }: UprobeTarget): number {
  return openMailbox().native.kit_attach_uprobe(handle, Number(ret), pid, path, symbol, offset);
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
    const { errno } = error as NodeJS.ErrnoException;
    if (!errno) throw error;
    return errno;
  }
}
