import { writeSync } from 'node:fs';
import { escapeText } from './text.ts';

/**
 * One line for the person at the terminal. Standard output is for data only.
 * It is written without Node's stream, which would change a flag of the pipe that others share.
 */
export function say(tool: string, message: string): void {
  writeError(`${tool}: ${escapeText(message)}\n`);
}

/** Text as it is, to standard error; if that is gone, there is nobody to tell. */
export function writeError(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // closed, or full: a message must never end the tool
  }
}

/** `1 event`, `2 events`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Data that is complete at once (help, lists) to standard output. A reader that wants no more is no failure. */
export function print(text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(1, bytes, written);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
