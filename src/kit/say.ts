import { writeSync } from 'node:fs';
import { leadsToWorkflowLog, withoutCommands } from './output/workflow-commands.ts';
import { escapeText } from './text.ts';

/**
 * One line for the person at the terminal. Standard output is for data only.
 * It is written without Node's stream, which would change a flag of the pipe that others share.
 */
export function say(tool: string, message: string): void {
  const text = escapeText(message);
  writeError(`${tool}: ${leadsToWorkflowLog(2) ? withoutCommands(text) : text}\n`);
}

/** Erases the line of the cursor, which then stands at its beginning. */
const ERASE = '\r\x1b[K';
let status = '';

/** A line at the terminal that is drawn over by the next one, and makes place for all else that is said. */
export function showStatus(text: string): void {
  if (text === status) return;
  writeError(escapeText(text));
  status = text;
}

/** Text as it is, to standard error; if that is gone, there is nobody to tell. */
export function writeError(text: string): void {
  const before = status === '' ? '' : ERASE;
  status = '';
  try {
    writeSync(2, before + text);
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
