import { constants } from 'node:os';
import { Field, openMailbox } from './mailbox.ts';
import { failure } from './step.ts';

/** What an XDP program makes of a packet: enum xdp_action of include/uapi/linux/bpf.h. */
export const Verdict = { aborted: 0, drop: 1, pass: 2, tx: 3, redirect: 4 } as const;

/** The shortest packet that a program can be run on: an Ethernet header. */
export const SHORTEST_RUN = 14;
/**
 * The longest one, bytes: a page of 4096, less the room in front (XDP_PACKET_HEADROOM) and that for struct
 * skb_shared_info behind, which differs between kernels and processors.
 */
export const LONGEST_RUN = 4096 - 256 - 384;

export interface RunResult {
  /** What the program returned: of XDP, a `Verdict`. */
  readonly result: number;
  /** Mean time of one run, ns. */
  readonly duration: number;
}

/**
 * Runs a loaded program by hand: nothing is attached, and no interface sees the packet. Its maps are written as
 * if it had come.
 * @param fd of the program
 * @param packet from its Ethernet header on, SHORTEST_RUN to LONGEST_RUN bytes
 * @param repeat how often; only the last result is known
 * @throws BpfError
 */
export function runProgram(fd: number, packet: Uint8Array, repeat = 1): RunResult {
  const { native, head, map } = openMailbox();
  map.u8.set(packet);
  head[Field.programFd] = fd;
  head[Field.count] = packet.length;
  head[Field.runRepeat] = repeat;
  const errno = -native.kit_run();
  // a signal, or the event loop's turn in a long one: it has run, but not as often
  if (errno > 0 && errno !== constants.errno.EINTR) throw failure('run a program on a packet', errno);
  return { result: head[Field.runResult], duration: head[Field.runDuration] };
}
