import { readFileSync } from 'node:fs';

/** One more than the highest number a CPU of this machine can ever have: the size of a table indexed by CPU. */
export function possibleCpus(): number {
  const ranges = readFileSync('/sys/devices/system/cpu/possible', 'utf8').trim();
  return Number(ranges.split(/[,-]/).at(-1)) + 1;
}
