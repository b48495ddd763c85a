import { closeSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { causeOf } from '../../host/errno.ts';
import { ExitCode, KitError } from '../errors.ts';
import { escapeText } from '../text.ts';
import { after } from './deadline.ts';
import type { PartMaker } from './parts.ts';

/** Ends the run after so many events. */
export const maxEventsPart =
  <E>(most: number): PartMaker<E> =>
  (_, control) => {
    let left = most;
    return {
      events(batch) {
        const wanted = batch.length < left ? batch : batch.slice(0, left);
        left -= wanted.length;
        if (left === 0) control.stop();
        return wanted;
      },
    };
  };

/** Ends the run so many ms after everything was attached. */
export const durationPart =
  <E>(ms: number): PartMaker<E> =>
  (_, control) => {
    let stopTimer = () => {};
    return {
      ready() {
        stopTimer = after(ms, () => control.finish());
      },
      close: () => stopTimer(),
    };
  };

/** Writes `ready` to a descriptor once everything is attached, and closes it. */
export const readyFdPart =
  <E>(fd: number): PartMaker<E> =>
  () => ({
    ready: () => signalReady(fd),
  });

/** @throws KitError when it cannot be written to */
function signalReady(fd: number): void {
  try {
    writeSync(fd, 'ready\n');
  } catch (error) {
    throw new KitError(`writing to file descriptor ${fd} of --ready-fd: ${causeOf(error)}`, ExitCode.failure);
  }
  if (fd > 2) closeSync(fd);
}

/** Makes a file once everything is attached; one that is left from before is removed at once. */
export const readyFilePart =
  <E>(path: string): PartMaker<E> =>
  () => {
    const attempt = (action: () => void) => {
      try {
        action();
      } catch (error) {
        throw new KitError(`writing to ${escapeText(path)} of --ready-file: ${causeOf(error)}`, ExitCode.failure);
      }
    };
    attempt(() => rmSync(path, { force: true }));
    return { ready: () => attempt(() => writeFileSync(path, 'ready\n')) };
  };
