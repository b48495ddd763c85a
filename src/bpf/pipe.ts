import { openMailbox } from './mailbox.ts';

/**
 * What a pipe may hold without any rights (fs.pipe-max-size, pipe(7)), bytes. Usually it holds 64 KiB: two programs that
 * share a processor then pass on so little each time that they take turns that a storm does not wait for.
 */
const ROOM = 1024 * 1024;

/** Widens the pipe behind a descriptor, where it is one, and as far as the system allows. */
export function widenPipe(fd: number): void {
  openMailbox().native.kit_widen_pipe(fd, ROOM);
}
