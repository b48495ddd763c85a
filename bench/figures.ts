/** How the rounds become one number; and which way it is better. */
type Over = 'median' | 'sum' | 'most';
type Better = 'more' | 'less';

/** One thing that is measured, for each contender in each round. */
export interface Measure {
  readonly key: string;
  /** With its unit. */
  readonly label: string;
  readonly digits: number;
  readonly over: Over;
  /** Not given: it is not compared. */
  readonly better?: Better;
  /** Name of the contender → what was measured, in the order of the rounds. */
  readonly values: Record<string, number[]>;
}

/** The row of what happens without any tool. */
export const UNTRACED = 'untraced';

/** Whether a row is about no tool at all. */
export const isBase = (name: string) => [UNTRACED, 'nothing'].includes(name);

/** Several contenders at the same thing. */
export interface Comparison {
  readonly part: string;
  readonly title: string;
  /** What was traced, and with what the figures were taken. */
  readonly traced: string;
  /** In the order of the rows. */
  readonly rows: readonly string[];
  /** Who of them is somebody else's tool. */
  readonly peers: readonly string[];
  /** Those of the rows that could not take part, with the reason. */
  readonly without?: Readonly<Record<string, string>>;
  readonly measures: readonly Measure[];
  /** Keys of the measures that are drawn. */
  readonly charts: readonly string[];
}

export function measure(
  key: string,
  label: string,
  { digits = 0, over = 'median', better }: { digits?: number; over?: Over; better?: Better } = {},
): Measure {
  return { key, label, digits, over, ...(better ? { better } : {}), values: {} };
}

export function add(to: Measure, name: string, value: number): void {
  to.values[name] ??= [];
  to.values[name].push(value);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const ways: Readonly<Record<Over, (values: readonly number[]) => number>> = {
  median,
  sum: (values) => values.reduce((total, value) => total + value, 0),
  most: (values) => Math.max(...values),
};

/** Over all rounds; undefined: it was not measured. */
export function overall({ over, values }: Measure, name: string): number | undefined {
  const rounds = values[name];
  return rounds && ways[over](rounds);
}

/** The best that a peer has reached. */
export function bestPeer({ peers }: Comparison, of: Measure): number | undefined {
  const reached = peers.map((name) => overall(of, name)).filter((value) => value !== undefined);
  if (!of.better || reached.length === 0) return undefined;
  return of.better === 'more' ? Math.max(...reached) : Math.min(...reached);
}

/** `×0.63` of the best peer; nothing where there is none, or nothing to divide by. */
export function ratio(comparison: Comparison, of: Measure, name: string): string {
  const [value, best] = [overall(of, name), bestPeer(comparison, of)];
  if (isBase(name) || comparison.peers.includes(name) || value === undefined || !best) return '';
  return `×${short(value / best)}`;
}

const short = (times: number) => times.toFixed(times < 9.995 ? 2 : 0);
