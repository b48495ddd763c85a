import { closeSync, writeSync } from 'node:fs';
import { reopen } from '../output/sink-device.ts';

/** How long a terminal that takes nothing (stopped, or its line is slow) may delay the end, ms. */
const PATIENCE = 80;
/** Between two tries, ms. */
const PAUSE = 5;

/** Writes to the terminal behind a descriptor, for the moment before the process ends or stops: waits, but not for long. */
export function writeNow(fd: number, text: string): void {
  const own = reopen(fd);
  let rest = Buffer.from(text);
  for (let waited = 0; rest.length > 0 && waited <= PATIENCE; waited += PAUSE) {
    try {
      rest = rest.subarray(writeSync(own ?? fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') break; // it is gone
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
  if (own !== undefined) closeSync(own);
}
