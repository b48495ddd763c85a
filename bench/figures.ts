import { type Contender, contenders } from './contenders.ts';

/** One thing that is measured, for each tool in each round. */
export interface Measure {
  readonly key: string;
  readonly label: string;
  readonly digits: number;
  /** How the rounds become one number. */
  readonly over: (values: readonly number[]) => number;
  /** Name of the tool → what was measured, in the order of the rounds. */
  readonly values: Record<string, number[]>;
}

export function measure(key: string, label: string, digits: number, over: Measure['over'] = median): Measure {
  return { key, label, digits, over, values: {} };
}

export function add(to: Measure, { name }: Contender, value: number): void {
  to.values[name] ??= [];
  to.values[name].push(value);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const LABEL = 30;
const OWN = 8;
const OTHER = 14;
const RATIO = 6;

/**
 * 80 columns: the numbers of the first tool, and those of the others with their ratio to it.
 * @param names of what was measured; by default those of the contenders
 */
export function formatTable(measures: readonly Measure[], names = contenders.map(({ name }) => name)): string {
  const heads = names.map((name, i) => name.padStart(i ? OTHER : OWN));
  return [' '.repeat(LABEL) + heads.join(''), ...measures.map((each) => row(each, names))].join('\n');
}

function row({ label, digits, over, values }: Measure, names: readonly string[]): string {
  const numbers = names.map((name) => (values[name] ? over(values[name]) : undefined));
  const cells = numbers.map((number, i) => {
    const text = number?.toFixed(digits) ?? '-';
    return i ? text.padStart(OTHER - RATIO) + ratio(number, numbers[0]).padStart(RATIO) : text.padStart(OWN);
  });
  return `${label.padEnd(LABEL)}${cells.join('')}`.trimEnd();
}

function ratio(number?: number, base?: number): string {
  if (number === undefined || !base) return '';
  const times = number / base;
  return `×${times.toFixed(times < 9.995 ? 2 : 0)}`;
}
