import { openMailbox } from './mailbox.ts';

/** Bytes: what glibc begins with. */
const LARGE = 128 * 1024;

/**
 * Has large blocks of memory given back to the system when they are freed, in the whole process: a command may ask for
 * that, a library must not.
 */
export function returnLargeBlocks(): void {
  openMailbox().native.kit_return_blocks(LARGE);
}
