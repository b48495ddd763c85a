/** The TypeScript side of bpf/include/sock-owner.h: hooks that learn which process a TCP socket belongs to. */
export const ownerPlan = {
  owners: {
    tp_btf: ['owner_calls_tp_btf', 'owner_reads_tp_btf'],
    raw_tp: ['owner_calls_raw_tp', 'owner_reads_raw_tp'],
  },
} as const;

/** The observations of `ownerPlan`, to be named before the tool's own. */
export const ownerObservations = Object.keys(ownerPlan);
