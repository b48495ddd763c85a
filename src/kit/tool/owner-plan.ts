/** The TypeScript side of bpf/include/sock-owner.h: how a tool learns which process a TCP socket belongs to. */
export const ownerPlan = {
  /** Who is inside a call on it. */
  owners: {
    tp_btf: ['twins_tp_btf', 'owner_calls_tp_btf', 'owner_calls_tp_btf_twin', 'owner_reads_tp_btf'],
    raw_tp: ['twins_raw_tp', 'owner_calls_raw_tp', 'owner_calls_raw_tp_twin', 'owner_reads_raw_tp'],
  },
  /** Who holds one open that is older than the run. */
  holders: { iterator: ['holders_iter'], none: [] },
} as const;

/** The observations of `ownerPlan`, to be named before the tool's own. */
export const ownerObservations = Object.keys(ownerPlan);

/** What tools that use it cannot know. */
export const ownerBlindSpot =
  'The process is the one that was inside a call on the socket last, or had it open when the run began; a connection that was accepted has none until it is read or closed.';
