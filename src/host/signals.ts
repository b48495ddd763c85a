/** Signals by number, as x86-64 and arm64 have them: include/uapi/asm-generic/signal.h. */
const SIGNALS = [
  ...['', 'HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM'],
  ...['TERM', 'STKFLT', 'CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF'],
  ...['WINCH', 'IO', 'PWR', 'SYS'],
];

/** The first that programs may use: the C library keeps those of the kernel before it for its threads. */
const RTMIN = 34;
const RTMAX = 64;

/** `KILL` for 9, `RTMIN+3` for 37; `32` for one that has no name. */
export function signalName(signal: number): string {
  if (signal === RTMIN) return 'RTMIN';
  if (signal > RTMIN && signal <= RTMAX) return `RTMIN+${signal - RTMIN}`;
  return SIGNALS[signal] || `${signal}`;
}
