import { readFileSync } from 'node:fs';

/**
 * The CPUs of this machine, by number.
 * @param which 'possible' counts those that could ever be plugged in: per-CPU maps have a value for each
 */
export function cpus(which: 'possible' | 'online'): number[] {
  return parseCpuList(readFileSync(`/sys/devices/system/cpu/${which}`, 'utf8').trim());
}

/** '0-2,8' → [0, 1, 2, 8] */
export function parseCpuList(text: string): number[] {
  return text.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
