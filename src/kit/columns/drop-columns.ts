import { kernelSymbols } from '../../host/kallsyms.ts';
import { kernelEnum } from '../../host/kernel-enum.ts';
import { column } from './typed-columns.ts';

/** Why and where the kernel has dropped a packet: what its tracepoint kfree_skb says. */
export interface Dropped {
  /** 0: it does not say. */
  readonly reason_code: number;
  /** 0x0: it does not say. */
  readonly location: string;
}

/** The reasons of the running kernel: their numbers change with every version. */
let reasons: ReadonlyMap<number, string> | undefined;
let subsystems: ReadonlyMap<number, string> | undefined;

/** `NO_SOCKET`; a reason of a module's own, whose names are not in the kernel, as `OPENVSWITCH_3`. */
function reasonName(code: number): string {
  reasons ??= kernelEnum('skb_drop_reason') ?? new Map();
  const known = reasons.get(code)?.replace(/^SKB_(DROP_REASON_)?/, '');
  if (known !== undefined || code >>> 16 === 0) return known ?? `${code}`;
  subsystems ??= kernelEnum('skb_drop_reason_subsys') ?? new Map();
  const subsystem = subsystems.get(code >>> 16)?.replace('SKB_DROP_REASON_SUBSYS_', '');
  return subsystem === undefined ? `${code}` : `${subsystem}_${code & 0xffff}`;
}

export const dropColumns = {
  reason: column({
    head: 'REASON (CODE)',
    width: 18,
    type: 'string',
    nullable: true,
    doc: "the kernel's name for why; null before Linux 5.17, which does not say",
    resolved: true,
    value: ({ reason_code }: Dropped) => (reason_code ? reasonName(reason_code) : null),
    text: (reason, { reason_code }) => `${reason} (${reason_code})`,
  }),
  reason_code: column({
    head: 'CODE',
    width: 5,
    type: 'int',
    nullable: true,
    doc: "the reason's number, which differs from kernel to kernel",
    value: ({ reason_code }: Dropped) => reason_code || null,
  }),
  location: column({
    head: 'LOCATION',
    width: 24,
    type: 'string',
    nullable: true,
    doc: 'where in the kernel it was dropped',
    resolved: true,
    value: ({ location }: Dropped) => (location === '0x0' ? null : kernelSymbols.name(location)),
  }),
};
