import { isatty } from 'node:tty';
import type { PartMaker } from '../stream/parts.ts';
import type { ControlRun } from './run.ts';

/** Keys that change what is done at all interfaces of the run, where standard output is a terminal. */
export const keysPart =
  <E>(_run: ControlRun): PartMaker<E> =>
  () =>
    isatty(1) ? undefined : undefined;
