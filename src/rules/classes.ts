/** 64-bit words of a class: RULE_WORDS of bpf/include/xdp-rules.h. */
export const RULE_WORDS = 8;
/** Rules that can be told apart. */
export const MAX_GROUPS = 64 * RULE_WORDS;
/** 32-bit words of a class. */
const HALVES = 2 * RULE_WORDS;

/** Sets of rules, each of which has a number: struct rule_bits, of which there is one for each different set. */
export class Classes {
  readonly #numbers = new Map<string, number>();
  readonly #sets: Uint32Array<ArrayBuffer>[] = [];
  readonly #unions = new Map<number, number>();

  get count(): number {
    return this.#sets.length;
  }

  /** The number of the set of these rules. */
  of(rules: Iterable<number>): number {
    const set = new Uint32Array(HALVES);
    for (const rule of rules) set[rule >> 5] |= 1 << (rule & 31);
    return this.#number(set);
  }

  /** The number of the set of the rules in either. */
  union(one: number, other: number): number {
    if (one === other) return one;
    const pair = Math.min(one, other) * 2 ** 26 + Math.max(one, other);
    let number = this.#unions.get(pair);
    if (number === undefined) {
      const set = this.#sets[one].map((half, i) => half | this.#sets[other][i]);
      number = this.#number(set);
      this.#unions.set(pair, number);
    }
    return number;
  }

  #number(set: Uint32Array<ArrayBuffer>): number {
    const key = set.join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#sets.push(set) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** The contents of the map `classes`. */
  bytes(): Buffer {
    return Buffer.concat(this.#sets.map((set) => Buffer.from(set.buffer)));
  }
}
