import type { NetPrefix } from '../../host/net.ts';

/** Room for networks in one setting (bpf/pingdrop.bpf.c). */
export const NETS = 8;

/** By the numbers that bpf/pingdrop.bpf.c has for them. */
export const MODES = ['pass', 'trace', 'drop'] as const;
export type Mode = (typeof MODES)[number];

/** What is to be done with pings. */
export interface PingSetting {
  readonly mode: Mode;
  /** One in so many. */
  readonly every: number;
  /** Only from these; empty: from everywhere. */
  readonly from: readonly NetPrefix[];
  /** Everything passes from then on, ns since boot; 0: no end. */
  readonly until: number;
  /** The end is so many ms after it comes into force. */
  readonly lasts?: number;
}

/** Where a run begins. */
export const passing: PingSetting = { mode: 'pass', every: 1, from: [], until: 0 };
