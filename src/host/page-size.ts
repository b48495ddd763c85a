import { readFileSync } from 'node:fs';

/** AT_PAGESZ of include/uapi/linux/auxvec.h */
const PAGE_SIZE = 6n;

/** Bytes in a page of memory: what the kernel has told this process at its start. */
export function pageSize(): number {
  const bytes = readFileSync('/proc/self/auxv');
  const words = new BigUint64Array(new Uint8Array(bytes).buffer);
  for (let i = 0; i < words.length; i += 2) if (words[i] === PAGE_SIZE) return Number(words[i + 1]);
  throw new Error('/proc/self/auxv names no page size');
}
