import type { RecordView } from '../../btf/layout.ts';
import { FIELDS } from './advance.ts';
import { KEY_WORDS, keyStore } from './words.ts';

/** Where there is room for so many flows at first; it doubles. */
const FIRST = 256;
const NONE = -1;

/**
 * What is known of each flow from reading to reading: numbers in long arrays, at a place (slot) that a flow keeps while
 * it is known. Flows come and go by the thousand in each interval: none of them leaves anything behind.
 */
export class FlowTable {
  /** FIELDS numbers of each slot: see Now. */
  numbers = new Float64Array(FIRST * FIELDS);
  /** Of the slots, as the kernel has them. */
  keys: RecordView = keyStore(FIRST);
  /** A number for each slot that no other flow ever had; 0: nobody is there. */
  serials = new Float64Array(FIRST);
  /** Slots that have been used so far: all flows are at lower ones. */
  end = 0;
  /** Flows that are known. */
  size = 0;
  /** The last reading: its number, ns since boot, the same without time asleep, and ns since the one before. */
  reading = 0;
  time = 0;
  awake = 0;
  interval = 1;
  #room = FIRST;
  /** The first slot of each bucket, and the one behind each slot: of its bucket, or of those that are free. */
  #heads = new Int32Array(FIRST).fill(NONE);
  #next = new Int32Array(FIRST);
  #free = NONE;
  #serial = 0;

  /** A reading begins. */
  begin(time: number, awake: number, interval: number): void {
    this.time = time;
    this.awake = awake;
    this.interval = interval;
  }

  /** The slot of this key; -1: it is not known. */
  find(words: Uint32Array, key: number): number {
    let slot = this.#heads[hash(words, key) & (this.#room - 1)];
    while (slot !== NONE && !equal(this.keys.u32, slot * KEY_WORDS, words, key)) slot = this.#next[slot];
    return slot;
  }

  /** Makes room for a key that is not known. @returns its slot, whose numbers are 0 */
  add(words: Uint32Array, key: number): number {
    if (this.#free === NONE && this.end === this.#room) this.#grow();
    const slot = this.#take();
    const { u32 } = this.keys;
    for (let i = 0; i < KEY_WORDS; i++) u32[slot * KEY_WORDS + i] = words[key + i];
    this.#link(slot);
    this.numbers.fill(0, slot * FIELDS, (slot + 1) * FIELDS);
    this.serials[slot] = ++this.#serial;
    this.size++;
    return slot;
  }

  remove(slot: number): void {
    const bucket = hash(this.keys.u32, slot * KEY_WORDS) & (this.#room - 1);
    if (this.#heads[bucket] === slot) this.#heads[bucket] = this.#next[slot];
    else {
      let before = this.#heads[bucket];
      while (this.#next[before] !== slot) before = this.#next[before];
      this.#next[before] = this.#next[slot];
    }
    this.#next[slot] = this.#free;
    this.#free = slot;
    this.serials[slot] = 0;
    this.size--;
  }

  #take(): number {
    if (this.#free === NONE) return this.end++;
    const slot = this.#free;
    this.#free = this.#next[slot];
    return slot;
  }

  #link(slot: number): void {
    const bucket = hash(this.keys.u32, slot * KEY_WORDS) & (this.#room - 1);
    this.#next[slot] = this.#heads[bucket];
    this.#heads[bucket] = slot;
  }

  #grow(): void {
    const room = this.#room * 2;
    const [numbers, serials, keys] = [new Float64Array(room * FIELDS), new Float64Array(room), keyStore(room)];
    numbers.set(this.numbers);
    serials.set(this.serials);
    keys.u32.set(this.keys.u32.subarray(0, this.#room * KEY_WORDS));
    this.#room = room;
    Object.assign(this, { numbers, serials, keys });
    this.#heads = new Int32Array(room).fill(NONE);
    this.#next = new Int32Array(room);
    // nothing is free: it would not have to grow
    for (let slot = 0; slot < this.end; slot++) this.#link(slot);
  }
}

/** Multiplicative, word by word; the high bits, which depend on all others, are folded into the low ones. */
function hash(words: Uint32Array, key: number): number {
  let mixed = 0;
  for (let i = 0; i < KEY_WORDS; i++) mixed = Math.imul(mixed ^ words[key + i], 0x9e3779b1) ^ (mixed >>> 15);
  return mixed ^ (mixed >>> 16);
}

function equal(a: Uint32Array, i: number, b: Uint32Array, k: number): boolean {
  for (let word = 0; word < KEY_WORDS; word++) if (a[i + word] !== b[k + word]) return false;
  return true;
}
