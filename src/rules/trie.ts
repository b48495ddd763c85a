import type { Classes } from './classes.ts';
import type { Net } from './model.ts';
import { compareNets, isOrdered, masked } from './nets.ts';
import { Words } from './words.ts';

// The form of entries, nodes and prefixes is that of bpf/include/xdp-sets.h.

const [NODE, PREFIX] = [1, 2];
/** The first step takes so many bits: 4096 nodes of 16 entries. */
const ROOT_BITS = 16;
const ROOT_NODES = 2 ** ROOT_BITS / 16;
/** No trie: NO_ROOT. */
export const NO_ROOT = 0xffffffff;

const entry = (kind: number, depth: number, number: number) => ((kind << 30) | (depth << 25) | number) >>> 0;

/** A network, and the class of the rules that name it. */
interface Named extends Net {
  rules: number;
}

/** Builds tries of networks, which share the maps `set_nodes` and `set_prefixes`. */
export class Tries {
  readonly #classes: Classes;
  readonly #nodes = new Words(16);
  readonly #prefixes = new Words(10);
  /** Those of the trie that is being built, in order. */
  #nets: readonly Named[] = [];

  constructor(classes: Classes) {
    this.#classes = classes;
  }

  /**
   * @param family of the networks that count
   * @param lists what each rule names
   * @param other class of what is in none of them
   * @returns the number of its first node, or NO_ROOT when there are no networks
   */
  add(family: 4 | 6, lists: readonly (readonly Net[])[], other: number): number {
    const { short, long } = this.#named(family, lists, other);
    if (short.length + long.length === 0) return NO_ROOT;
    const root = this.#nodes.count;
    for (let i = 0; i < ROOT_NODES; i++) this.#nodes.add();
    const covers = new Uint32Array(2 ** ROOT_BITS).fill(other);
    for (const net of short) {
      const first = net.words[0] >>> 16;
      for (let i = first; i < first + 2 ** (ROOT_BITS - net.length); i++) covers[i] = this.#union(covers[i], net.rules);
    }
    for (let i = 0; i < covers.length; i++) this.#nodes.set(root, i, covers[i]);
    this.#nets = long;
    for (let from = 0; from < long.length; ) {
      const block = long[from].words[0] >>> 16;
      let to = from + 1;
      while (to < long.length && long[to].words[0] >>> 16 === block) to++;
      this.#nodes.set(root, block, this.#build(from, to, ROOT_BITS, covers[block]));
      from = to;
    }
    return root;
  }

  #union(one: number, other: number): number {
    return this.#classes.union(one, other);
  }

  /** In order, each once, with the class of all that suits it alone; apart those that are shorter than the root. */
  #named(family: 4 | 6, lists: readonly (readonly Net[])[], other: number) {
    const named: Named[] = [];
    for (const [rule, nets] of lists.entries()) {
      const rules = nets.length > 0 ? this.#union(other, this.#classes.of([rule])) : other;
      for (const { family: own, words, length } of nets)
        if (own === family) named.push({ family, words, length, rules });
    }
    const short: Named[] = [];
    const long: Named[] = [];
    let last: Named | undefined;
    for (const net of isOrdered(named) ? named : named.sort(compareNets)) {
      if (last && compareNets(last, net) === 0) {
        last.rules = this.#union(last.rules, net.rules);
        continue;
      }
      last = net;
      (net.length < ROOT_BITS ? short : long).push(net);
    }
    return { short, long };
  }

  /** The entry of the networks from one index to before another, which begin with the same `depth` bits. */
  #build(from: number, to: number, depth: number, cover: number): number {
    const nets = this.#nets;
    // those that cover all of it stand in front
    while (from < to && nets[from].length <= depth) cover = this.#union(cover, nets[from++].rules);
    if (from === to) return cover;
    if (to - from === 1) {
      const { words, length, rules } = nets[from];
      return this.#prefix(words, length, this.#union(cover, rules), cover);
    }
    const common = this.#common(from, to, depth);
    if (common < depth + 4) return this.#node(from, to, depth, cover);
    return this.#prefix(nets[from].words, common, this.#build(from, to, common, cover), cover);
  }

  /** Bits by which all of them begin, in whole steps of a node. */
  #common(from: number, to: number, depth: number): number {
    const [first, last] = [this.#nets[from], this.#nets[to - 1]];
    let bits = 0;
    for (let i = 0; i < first.words.length; i++) {
      const same = Math.clz32(first.words[i] ^ last.words[i]);
      bits += same;
      if (same < 32) break;
    }
    // they are usually short: then it is not worth a look at all of them
    for (let i = from; i < to && bits >= depth + 4; i++) bits = Math.min(bits, this.#nets[i].length);
    return bits & ~3;
  }

  #node(from: number, to: number, depth: number, cover: number): number {
    const number = this.#nodes.add();
    const covers = new Array<number>(16).fill(cover);
    const ends = new Array<number>(16).fill(from);
    for (let i = from; i < to; i++) {
      const { words, length, rules } = this.#nets[i];
      const first = (words[depth >> 5] >>> (28 - (depth & 31))) & 15;
      const children = length > depth + 4 ? 0 : 2 ** (depth + 4 - length);
      for (let child = first; child < first + children; child++) covers[child] = this.#union(covers[child], rules);
      ends[first] = i + 1;
    }
    let begin = from;
    for (let child = 0; child < 16; child++) {
      const end = Math.max(ends[child], begin);
      this.#nodes.set(number, child, this.#build(begin, end, depth + 4, covers[child]));
      begin = end;
    }
    return entry(NODE, depth / 4, number);
  }

  #prefix(words: readonly number[], length: number, inside: number, outside: number): number {
    const number = this.#prefixes.add();
    for (let i = 0; i < words.length; i++) {
      // 64-bit words, their lower half first
      const half = i ^ 1;
      this.#prefixes.set(number, half, masked(words[i], length - 32 * i));
      this.#prefixes.set(number, 4 + half, masked(0xffffffff, length - 32 * i));
    }
    this.#prefixes.set(number, 8, inside);
    this.#prefixes.set(number, 9, outside);
    return entry(PREFIX, 0, number);
  }

  /** The contents of the two maps. */
  bytes(): { readonly nodes: Buffer; readonly prefixes: Buffer } {
    return { nodes: this.#nodes.bytes(), prefixes: this.#prefixes.bytes() };
  }
}
