import { constants } from 'node:os';
import { signalName } from '../../host/signals.ts';
import type { CommandEnd } from './hold.ts';

/** What a shell has for it in `$?`. */
export function shellStatus({ code, signal }: CommandEnd): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

/** `exit status 3`, `ended by signal 15 (TERM)`. */
export function describeEnd({ code, signal }: CommandEnd): string {
  if (code !== null) return `exit status ${code}`;
  const number = signal ? constants.signals[signal] : 0;
  return `ended by signal ${number} (${signalName(number)})`;
}
