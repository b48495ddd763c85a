/** The parts of the benchmark, in the order in which they are run. */
export const parts = /** @type {const} */ ({
  first: 'start to the first event, and memory then',
  exec: 'a storm of execs under execsnoop',
  open: 'a storm of failing open() under opensnoop, in each form of output',
  other: 'a storm of what is not asked for: getppid(), opens of others',
  connect: 'a storm of short TCP connections under tcplife and tcpconnect',
  tree: 'what tracing costs a command: npm ci, and make',
  xdp: 'xdp-drop, nanoseconds per packet',
  flood: 'a flood of packets from lists of networks, and loading the lists',
  flows: 'flowtop under iperf3',
  idle: 'processor time and wake-ups of every tool while nothing happens',
  reader: 'the reader alone: records per second from a full ring',
  soak: '50,000 events per second for minutes: memory, and what is lost',
  growth: 'events until the first is lost; up to 50,000 flows; 100,000 networks',
});
