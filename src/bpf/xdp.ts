import { operationLog } from './log.ts';
import { openMailbox } from './mailbox.ts';

/** XDP_FLAGS_DRV_MODE of include/uapi/linux/if_link.h. */
const NATIVE = 1 << 2;

/**
 * What the kernel says about why an interface does not take a program in native mode: bpf_link_create() keeps that to
 * itself, netlink tells it. Lower case; empty where it says nothing.
 */
export function refusalOf(program: number, ifindex: number): string {
  openMailbox().native.kit_xdp_try(program, ifindex, NATIVE);
  const [, said = ''] = /Kernel error message: (.+)/.exec(operationLog()) ?? [];
  // an acronym stays what it is
  return said.replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase()).replace(/\.$/, '');
}
