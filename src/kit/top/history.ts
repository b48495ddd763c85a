import { HISTORY, type TopRow } from './model.ts';

/** The rates of the last intervals of each row, for as long as the row is known. */
export class History {
  #rates = new Map<string, Float32Array>();
  #intervals = 0;

  /** To be shown the rows of each reading, ungrouped. */
  record(rows: readonly TopRow[]): void {
    const known = new Map<string, Float32Array>();
    const slot = this.#intervals++ % HISTORY;
    for (const { key, rate } of rows) {
      const rates = this.#rates.get(key) ?? (rate > 0 ? new Float32Array(HISTORY) : undefined);
      if (!rates) continue;
      rates[slot] = rate;
      known.set(key, rates);
    }
    this.#rates = known;
  }

  /** The sum of these rows' rates, the oldest first. */
  recent(keys: readonly string[]): readonly number[] {
    const length = Math.min(this.#intervals, HISTORY);
    const sums = new Array<number>(length).fill(0);
    for (const key of keys) {
      const rates = this.#rates.get(key);
      for (let i = 0; rates && i < length; i++) sums[i] += rates[(this.#intervals - length + i) % HISTORY];
    }
    return sums;
  }
}
