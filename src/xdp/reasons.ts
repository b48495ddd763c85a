import { DEFECTS } from '../rules/model.ts';

/** Why a rule has dropped a packet, by the numbers of enum reason in bpf/xdp-drop.bpf.c. */
export const REASONS = [...DEFECTS, 'match', 'rate', 'percent'] as const;
export type Reason = (typeof REASONS)[number];
