import { closeSync, openSync } from 'node:fs';
import { causeOf } from '../../host/errno.ts';
import { ExitCode, KitError } from '../errors.ts';
import { escapeText } from '../text.ts';

/** Where rows go. */
export interface Destination extends Disposable {
  readonly fd: number;
  /** For messages. */
  readonly name: string;
  /** Nobody is there who could see a row at once. */
  readonly isFile: boolean;
}

/**
 * Standard output; but with a command, whose that is then, standard error, or on demand a file.
 * @param file made anew; a FIFO waits here for its reader
 * @throws KitError when it cannot be written
 */
export function openDestination(file: string | undefined, withCommand: boolean): Destination {
  if (file === undefined) {
    const [fd, name] = withCommand ? [2, 'standard error'] : [1, 'standard output'];
    return { fd, name, isFile: false, [Symbol.dispose]: () => undefined };
  }
  const name = escapeText(file);
  try {
    const fd = openSync(file, 'w');
    return { fd, name, isFile: true, [Symbol.dispose]: () => closeSync(fd) };
  } catch (error) {
    throw new KitError(`writing to ${name}: ${causeOf(error)}`, ExitCode.failure);
  }
}
