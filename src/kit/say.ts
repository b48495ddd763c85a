import { escapeText } from './text.ts';

/** One line for the person at the terminal. Standard output is for data only. */
export function say(tool: string, message: string): void {
  process.stderr.write(`${tool}: ${escapeText(message)}\n`);
}

/** `1 event`, `2 events`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
