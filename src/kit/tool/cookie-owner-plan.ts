const CALLS = ['bind4', 'bind6', 'connect4', 'connect6', 'sendmsg4', 'sendmsg6', 'recvmsg4', 'recvmsg6'] as const;
const FUNCTIONS = ['inet_sendmsg', 'inet_recvmsg', 'inet6_sendmsg', 'inet6_recvmsg'] as const;

/** The TypeScript side of bpf/include/cookie-owner.h: how a tool learns which process uses a socket. */
export const cookieOwnerPlan = {
  /** Who makes it, binds it, connects it, and names addresses to it, or asks for them. */
  owners: { cgroup: ['owner_makes_cgroup', ...CALLS.map((call) => `owner_${call}_cgroup` as const)] },
  /** Who sends and receives. */
  calls: {
    length_tp_btf: ['owner_sends_tp_btf', 'owner_receives_tp_btf'],
    length_raw_tp: ['owner_sends_raw_tp', 'owner_receives_raw_tp'],
    fexit: FUNCTIONS.map((name) => `owner_${name}_fexit` as const),
    kprobe: FUNCTIONS.map((name) => `owner_${name}_kprobe` as const),
    none: [],
  },
  /** Who reads from TCP, also where nothing tells of receiving. */
  reads: { tp_btf: ['owner_reads_tp_btf'], raw_tp: ['owner_reads_raw_tp'] },
  /** Who accepts a connection; the others also see what io_uring accepts, but are refused only once all is loaded. */
  accepts: {
    accept_tracepoint: ['owner_accept_tp', 'owner_accept4_tp'],
    accept_fexit: ['owner_accepts_fexit'],
    accept_kretprobe: ['owner_accepts_kretprobe'],
    none: [],
  },
  /** Who holds one open that is older than the run. */
  holders: { iterator: ['holders_iter'], none: [] },
} as const;

/** The observations of `cookieOwnerPlan`, to be named before the tool's own. */
export const cookieOwnerObservations = Object.keys(cookieOwnerPlan);
