import { constants } from 'node:os';
import type { Codec, MapLayout } from '../btf/layout.ts';
import { cpus } from '../host/cpus.ts';
import { Field, openMailbox } from './mailbox.ts';
import type { BpfObject } from './object.ts';
import { failure } from './step.ts';

const { EINTR, ENOENT } = constants.errno;
const round8 = (size: number): number => (size + 7) & ~7;

/** The entry at hand while a map is read: nothing of it is decoded unless somebody asks. */
export interface EntryAtHand<K, V> {
  key(): K;
  value(): V;
  /** One word of the value, a u64. */
  word(index: number): number;
}

/**
 * A large map of a loaded object that is read again and again, many entries with one call. Keys are handled as they are:
 * bytes as latin1 text, so that only a new one costs its decoding.
 */
export class ManyMap<K, V> {
  readonly #name: string;
  readonly #fd: number;
  readonly #key: Codec<K>;
  readonly #value: Codec<V>;
  readonly #cpus: number;
  readonly #box = openMailbox();

  constructor(object: Pick<BpfObject, 'layout' | 'mapFd'>, name: string) {
    const { kind, key, value }: MapLayout = object.layout.maps[name];
    if (!key || !value) throw new TypeError(`map ${name} has no keys and values to read`);
    this.#name = name;
    this.#fd = object.mapFd(name);
    this.#key = key as Codec<unknown> as Codec<K>;
    this.#value = value as Codec<unknown> as Codec<V>;
    this.#cpus = kind.includes('percpu_') ? cpus('possible').length : 1;
  }

  /**
   * All entries of a per-CPU map, each with one value: its first words (u64) are those of all CPUs together; then come a
   * time and an identity, and the CPU with the largest time knows the rest. But some words right behind these are the
   * largest of all CPUs that have the same identity.
   */
  readFolded(
    { sums, maxima }: { readonly sums: number; readonly maxima: number },
    each: (key: string, entry: EntryAtHand<K, V>) => void,
  ): void {
    const { head, map, native } = this.#box;
    const [keySize, valueSize] = [this.#key.size, this.#value.size];
    const keys = round8(Math.max(keySize, 4));
    const count = Math.floor((map.u8.length - keys - 8) / (keySize + valueSize * this.#cpus));
    const values = keys + round8(count * keySize);
    let [keyAt, valueAt] = [0, 0];
    const entry: EntryAtHand<K, V> = {
      key: () => this.#key.decode(map, keyAt),
      value: () => this.#value.decode(map, valueAt),
      word: (index) => map.u32[(valueAt >> 2) + index * 2] + map.u32[(valueAt >> 2) + index * 2 + 1] * 4294967296,
    };
    for (let started = 0, errno = 0; errno !== ENOENT; ) {
      this.#set(keys, values, count);
      head[Field.flags] = started;
      head[Field.sums] = sums;
      head[Field.maxima] = maxima;
      errno = -native.kit_map_batch_folded();
      // ENOENT: that was all; EINTR: on kernels up to 6.13, entries were removed meanwhile
      if (errno > 0 && errno !== ENOENT && errno !== EINTR) throw failure(`read map ${this.#name}`, errno);
      const read = head[Field.count];
      for (let i = 0; i < read; i++) {
        keyAt = keys + i * keySize;
        valueAt = values + i * valueSize;
        each(map.buf.toString('latin1', keyAt, keyAt + keySize), entry);
      }
      if (read > 0) started = 1;
    }
  }

  /** The values of these keys, in their order; undefined for one that is not there. Not of a per-CPU map. */
  lookup(keys: readonly K[]): (V | undefined)[] {
    const { map, native } = this.#box;
    const [keySize, valueSize] = [this.#key.size, round8(this.#value.size)];
    const room = Math.floor((map.u8.length - 16) / (1 + keySize + valueSize));
    const found: (V | undefined)[] = [];
    for (let start = 0; start < keys.length; start += room) {
      const chunk = keys.slice(start, start + room);
      const at = round8(chunk.length);
      const values = at + round8(chunk.length * keySize);
      for (const [i, key] of chunk.entries()) this.#key.encode(map, at + i * keySize, key);
      this.#set(at, values, chunk.length);
      this.#box.head[Field.valueSize] = valueSize;
      native.kit_map_lookup_many();
      // decoded one after the other, before the next chunk takes their place
      for (let i = 0; i < chunk.length; i++)
        found.push(map.u8[i] ? this.#value.decode(map, values + i * valueSize) : undefined);
    }
    return found;
  }

  /** Removes entries. @param keys as `readFolded` has shown them @returns how many were there */
  delete(keys: readonly string[]): number {
    const { map, native } = this.#box;
    const size = this.#key.size;
    const room = Math.floor(map.u8.length / size);
    let removed = 0;
    for (let start = 0; start < keys.length; start += room) {
      const chunk = keys.slice(start, start + room);
      for (const [i, key] of chunk.entries()) map.buf.write(key, i * size, size, 'latin1');
      this.#set(0, 0, chunk.length);
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
    head[Field.keySize] = this.#key.size;
    head[Field.valueSize] = this.#value.size;
    head[Field.cpus] = this.#cpus;
  }
}
