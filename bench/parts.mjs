/** The parts of the benchmark, in the order in which they are run. */
export const parts = /** @type {const} */ ({
  first: 'start to the first event, and memory then: execsnoop, opensnoop, tcplife',
  exec: 'a storm of execs under execsnoop',
  open: 'a storm of failing open() under opensnoop, as text and JSON, to a file and a pipe',
  other: 'a storm of what is not asked for: getppid(), and open() of other processes',
  connect: 'a storm of short TCP connections under tcplife and tcpconnect',
  tree: 'what tracing costs a command: npm ci, and make with many processes',
  xdp: 'xdp-drop, nanoseconds per packet',
  flood: 'a flood of packets from lists of networks, dropped by xdp-drop; and loading the lists',
  flows: 'flowtop under iperf3, and with many flows',
  idle: 'processor time and wake-ups while nothing happens, of every tool',
  reader: 'the reader alone: records per second from a full ring, per output form',
  soak: '50,000 events per second for minutes: memory, and what is lost',
  growth: 'events per second, doubled until the first is lost',
});
