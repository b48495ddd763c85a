/** A kernel function; kprobe or, with `ret`, kretprobe. */
export interface KprobeTarget {
  readonly kind: 'kprobe';
  readonly symbol: string;
  readonly ret?: boolean;
}

export interface TracepointTarget {
  readonly kind: 'tracepoint';
  readonly category: string;
  readonly name: string;
}

export interface RawTracepointTarget {
  readonly kind: 'raw_tracepoint';
  readonly name: string;
}

/** A function of a program or library; uprobe or, with `ret`, uretprobe. */
export interface UprobeTarget {
  readonly kind: 'uprobe';
  /** Of the file; a bare name is looked up like a command or a library. */
  readonly path: string;
  /** Name in the file's symbol table; with `offset`, the offset is from its beginning. */
  readonly symbol?: string;
  /** Bytes from the beginning of the file, or of the symbol. */
  readonly offset?: number;
  /** Only in this process; by default in all, also in those that start later. */
  readonly pid?: number;
  readonly ret?: boolean;
}

/** One perf event per CPU; the numbers are those of perf_event_open(2). */
export interface PerfEventTarget {
  readonly kind: 'perf_event';
  /** perf_event_attr.type: 0 hardware, 1 software, … */
  readonly type: number;
  readonly config: number;
  /** Samples per second and CPU; either this or `period`. */
  readonly frequency?: number;
  /** One sample every so many events. */
  readonly period?: number;
  /** Only this process; by default all. */
  readonly pid?: number;
  /** Only this CPU; by default all that are online. */
  readonly cpu?: number;
}

export interface XdpTarget {
  readonly kind: 'xdp';
  readonly ifindex: number;
  /** By default native where the driver can, else generic. */
  readonly mode?: 'native' | 'generic';
}

/** A tcx link (kernels from 6.6): the classic clsact filter would outlive the process. */
export interface TcTarget {
  readonly kind: 'tc';
  readonly ifindex: number;
  readonly direction: 'ingress' | 'egress';
}

export interface CgroupTarget {
  readonly kind: 'cgroup';
  /** Of the cgroup v2 directory. */
  readonly path: string;
}

/** An iterator; without a map or a process, over everything of its kind. */
export interface IterTarget {
  readonly kind: 'iter';
  /** Over the elements of this map of the same object. */
  readonly map?: string;
  /** Over the tasks of this process. */
  readonly pid?: number;
}

/** Where to attach a program; fentry, fexit, tp_btf and lsm programs carry it in their section instead. */
export type AttachTarget =
  | KprobeTarget
  | TracepointTarget
  | RawTracepointTarget
  | UprobeTarget
  | PerfEventTarget
  | XdpTarget
  | TcTarget
  | CgroupTarget
  | IterTarget;

/** For messages: 'kprobe vfs_read', 'tracepoint sched:sched_switch'. */
export function describeTarget(target: AttachTarget): string {
  switch (target.kind) {
    case 'kprobe':
      return `${target.ret ? 'kretprobe' : 'kprobe'} ${target.symbol}`;
    case 'tracepoint':
      return `tracepoint ${target.category}:${target.name}`;
    case 'raw_tracepoint':
      return `raw tracepoint ${target.name}`;
    case 'uprobe':
      return `${target.ret ? 'uretprobe' : 'uprobe'} ${target.path}:${target.symbol ?? target.offset ?? 0}`;
    case 'perf_event':
      return `perf event ${target.type}:${target.config}`;
    case 'xdp':
      return `${target.mode ?? ''} xdp of interface ${target.ifindex}`.trimStart();
    case 'tc':
      return `tc ${target.direction} of interface ${target.ifindex}`;
    case 'cgroup':
      return `cgroup ${target.path}`;
    case 'iter':
      return target.map === undefined ? 'iterator' : `iterator over map ${target.map}`;
  }
}

/**
 * What a program's section says, for those that libbpf would attach in its own way: it looks for tracefs only where
 * that is mounted, and without the kernel's own probes it writes some that outlive the process.
 */
export function targetOf(section: string): AttachTarget | undefined {
  const [, kind, ...words] = /^(tp|tracepoint|kprobe|kretprobe)\/([^/+]+)(?:\/([^/]+))?$/.exec(section) ?? [];
  const [first, name] = words;
  if (kind === 'kprobe' || kind === 'kretprobe') return { kind: 'kprobe', symbol: first, ret: kind === 'kretprobe' };
  return name === undefined ? undefined : { kind: 'tracepoint', category: first, name };
}
