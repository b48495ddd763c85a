import { existsSync } from 'node:fs';
import { lackingForTracing } from '../../host/capabilities.ts';
import { userName } from '../../host/users.ts';

/**
 * Whether something that tools need is there. `state` is three-valued: 'unknown' is what could not be found out.
 * `detail` is the sentence that doctor shows and that a tool fails with.
 */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'unknown';
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
}

const BTF = '/sys/kernel/btf/vmlinux';

/** Name of the user as whom this process acts. */
export const currentUser = (): string => userName(process.geteuid?.() ?? 0);

/** May this process load tracing programs at all? */
export function checkCapabilities(): Check {
  const lacking = lackingForTracing();
  if (!lacking.length) return { name: 'capabilities', state: 'ok', detail: 'may load and attach BPF programs' };
  return {
    name: 'capabilities',
    state: 'missing',
    detail: `no permission to load BPF programs: user ${currentUser()} lacks ${lacking.join(' and ')}`,
    remedy: 'run it as root, for example with sudo',
  };
}

/** Does the kernel tell its types? Every program here is relocated by them (CO-RE). */
export function checkBtf(): Check {
  if (existsSync(BTF)) return { name: 'btf', state: 'ok', detail: `${BTF} is there` };
  return {
    name: 'btf',
    state: 'missing',
    detail: `this kernel has no type information (BTF): ${BTF} is missing`,
    remedy: 'use a kernel built with CONFIG_DEBUG_INFO_BTF=y, as most distributions have it since 2021',
  };
}

/** What is said where tracefs is out of reach. */
export const noTracefs: Check = {
  name: 'tracefs',
  state: 'missing',
  detail: 'tracefs is not mounted and cannot be read otherwise: no plain tracepoints',
  remedy: 'mount -t tracefs tracefs /sys/kernel/tracing',
};
