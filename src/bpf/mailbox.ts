import { type RecordView, recordView } from '../btf/layout.ts';
import { type Native, native } from './native.ts';

/** Sizes in bytes of the parts of the buffer shared with the shim, in their order. */
const HEAD = 192;
const LOG = 192 * 1024;
const MAP = 256 * 1024;
/** What one drain brings: with more, its events would outlive a collection of garbage, and the processor's cache. */
const RING = 128 * 1024;

/** Where the fields of `struct mailbox` (native/kit.h) stand in the head: index of 32-bit words. */
export const Field = {
  reader: 0,
  records: 2,
  more: 3,
  lost: 4,
  wakeFd: 6,
  mapFd: 7,
  key: 8,
  value: 9,
  count: 10,
  flags: 11,
  programFd: 12,
  verifiedInsns: 13,
  misses: 14,
  logWritten: 16,
  logDebug: 18,
  boot: 20,
  real: 22,
  keySize: 24,
  valueSize: 25,
  sums: 26,
  cpus: 27,
  runRepeat: 28,
  runResult: 29,
  runDuration: 30,
  linkFd: 32,
  linkType: 33,
  linkId: 34,
  linkProgram: 35,
  linkIfindex: 36,
  maxima: 31,
} as const;

/** Parameters and results of the functions without arguments; one per thread, kept for good. */
export interface Mailbox {
  readonly native: Native;
  readonly head: Int32Array;
  readonly log: Buffer;
  /** Keys and values of map operations. */
  readonly map: RecordView;
  /** Records of the last drain. */
  readonly ring: RecordView;
}

let mailbox: Mailbox | undefined;

/** The mailbox, and libbpf behind it, ready for use. @throws BpfError with the code 'LIBRARY' */
export function openMailbox(): Mailbox {
  mailbox ??= create();
  return mailbox;
}

function create(): Mailbox {
  const lib = native();
  // zeros that the system gives: pages that are never used cost nothing
  const memory = new ArrayBuffer(HEAD + LOG + MAP + RING);
  lib.kit_init(Buffer.from(memory), HEAD, LOG, MAP, RING);
  return {
    native: lib,
    head: new Int32Array(memory, 0, HEAD >> 2),
    log: Buffer.from(memory, HEAD, LOG),
    map: recordView(memory, HEAD + LOG, MAP),
    ring: recordView(memory, HEAD + LOG + MAP, RING),
  };
}

/** A u64 of the head as a number, exact to 2^53. */
export function readU64(head: Int32Array, field: number): number {
  return (head[field] >>> 0) + (head[field + 1] >>> 0) * 4294967296;
}

export function writeU64(head: Int32Array, field: number, value: number): void {
  head[field] = value % 4294967296;
  head[field + 1] = value / 4294967296;
}
