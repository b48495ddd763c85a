import { openMailbox } from './mailbox.ts';
import { step } from './step.ts';

/**
 * The contents of an array with BPF_F_MMAPABLE from its first entry on, at once.
 * @param map its name, for errors
 * @param bytes values, each in a multiple of 8 bytes
 * @throws BpfError
 */
export function fillArray(map: string, fd: number, bytes: Uint8Array): void {
  step(`fill map ${map}`, () => openMailbox().native.kit_map_fill(fd, bytes, bytes.length));
}
