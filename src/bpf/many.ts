import { constants } from 'node:os';
import type { MapLayout } from '../btf/layout.ts';
import { cpus } from '../host/cpus.ts';
import { Field, openMailbox } from './mailbox.ts';
import type { BpfObject } from './object.ts';
import { failure } from './step.ts';

const { EINTR, ENOENT } = constants.errno;
const round8 = (size: number): number => (size + 7) & ~7;

/** Where something stands: an index of 32-bit words. */
type At = number;

/**
 * A large map of a loaded object that is read again and again, many entries with one call. Keys and values are handled
 * as they are, word by word where they stand: what nobody asks for is not decoded, and nothing is left behind.
 */
export class ManyMap {
  readonly #name: string;
  readonly #fd: number;
  readonly #keySize: number;
  readonly #valueSize: number;
  readonly #cpus: number;
  readonly #box = openMailbox();

  constructor(object: Pick<BpfObject, 'layout' | 'mapFd'>, name: string) {
    const { kind, key, value }: MapLayout = object.layout.maps[name];
    if (!key || !value || key.size % 4 !== 0) throw new TypeError(`map ${name} has no keys and values to read`);
    this.#name = name;
    this.#fd = object.mapFd(name);
    this.#keySize = key.size;
    this.#valueSize = value.size;
    this.#cpus = kind.includes('percpu_') ? cpus('possible').length : 1;
  }

  /**
   * All entries of a per-CPU map, each with one value: its first words (u64) are those of all CPUs together; then come a
   * time and an identity, and the CPU with the largest time knows the rest. But some words right behind these are the
   * largest of all CPUs that have the same identity.
   */
  readFolded(
    { sums, maxima }: { readonly sums: number; readonly maxima: number },
    each: (words: Uint32Array, key: At, value: At) => void,
  ): void {
    const { head, map, native } = this.#box;
    const [keySize, valueSize] = [this.#keySize, this.#valueSize];
    const keys = round8(Math.max(keySize, 4));
    const count = Math.floor((map.u8.length - keys - 8) / (keySize + valueSize * this.#cpus));
    const values = keys + round8(count * keySize);
    for (let started = 0, errno = 0; errno !== ENOENT; ) {
      this.#set(keys, values, count);
      head[Field.flags] = started;
      head[Field.sums] = sums;
      head[Field.maxima] = maxima;
      errno = -native.kit_map_batch_folded();
      // ENOENT: that was all; EINTR: on kernels up to 6.13, entries were removed meanwhile
      if (errno > 0 && errno !== ENOENT && errno !== EINTR) throw failure(`read map ${this.#name}`, errno);
      const read = head[Field.count];
      for (let i = 0; i < read; i++) each(map.u32, (keys + i * keySize) >> 2, (values + i * valueSize) >> 2);
      if (read > 0) started = 1;
    }
  }

  /**
   * The values of so many keys. Not of a per-CPU map.
   * @param put writes the key of this index
   * @param each takes its value; -1: there is none
   */
  lookup(
    count: number,
    put: (index: number, words: Uint32Array, key: At) => void,
    each: (index: number, words: Uint32Array, value: At) => void,
  ): void {
    const { map, native } = this.#box;
    const [keySize, valueSize] = [this.#keySize, round8(this.#valueSize)];
    const room = Math.floor((map.u8.length - 16) / (1 + keySize + valueSize));
    for (let start = 0; start < count; start += room) {
      const some = Math.min(room, count - start);
      const keys = round8(some);
      const values = keys + round8(some * keySize);
      for (let i = 0; i < some; i++) put(start + i, map.u32, (keys + i * keySize) >> 2);
      this.#set(keys, values, some);
      this.#box.head[Field.valueSize] = valueSize;
      native.kit_map_lookup_many();
      // before the next ones take their places
      for (let i = 0; i < some; i++) each(start + i, map.u32, map.u8[i] ? (values + i * valueSize) >> 2 : -1);
    }
  }

  /** Removes so many entries. @param put writes the key of this index @returns how many were there */
  delete(count: number, put: (index: number, words: Uint32Array, key: At) => void): number {
    const { map, native } = this.#box;
    const size = this.#keySize;
    const room = Math.floor(map.u8.length / size);
    let removed = 0;
    for (let start = 0; start < count; start += room) {
      const some = Math.min(room, count - start);
      for (let i = 0; i < some; i++) put(start + i, map.u32, (i * size) >> 2);
      this.#set(0, 0, some);
      removed += native.kit_map_delete_many();
    }
    return removed;
  }

  #set(key: number, value: number, count: number): void {
    const { head } = this.#box;
    head[Field.mapFd] = this.#fd;
    head[Field.key] = key;
    head[Field.value] = value;
    head[Field.count] = count;
    head[Field.keySize] = this.#keySize;
    head[Field.valueSize] = this.#valueSize;
    head[Field.cpus] = this.#cpus;
  }
}
