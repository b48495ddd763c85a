import { constants } from 'node:os';
import type { Codec, MapLayout } from '../btf/layout.ts';
import { cpus } from '../host/cpus.ts';
import { Field, openMailbox } from './mailbox.ts';
import { failure } from './step.ts';

const { EEXIST, EINTR, EINVAL, ENOENT, ENOSPC } = constants.errno;
/** The kernel's internal "not supported", which some map types answer. */
const ENOTSUPP = 524;
const FLAGS = { create: 1, replace: 2 } as const;

const round8 = (size: number): number => (size + 7) & ~7;

/**
 * One map of a loaded object. Keys and values travel through the mailbox, so that reading again and again leaves
 * nothing behind.
 */
export class BpfMap<K, V> {
  readonly #name: string;
  readonly #fd: number;
  readonly #key: Codec<K>;
  readonly #value: Codec<unknown>;
  /** Values of one entry: the possible CPUs, or 0 when there is just one. */
  readonly #cpus: number;
  /** Bytes of all values of one entry. */
  readonly #valueSize: number;
  /** Where the value of a single entry stands in the map area; its key is at the beginning. */
  readonly #valueAt: number;
  readonly #box = openMailbox();

  /**
   * @throws TypeError for a map whose layout has no keys and values, a ring buffer for example
   * @throws RangeError when an entry is larger than the mailbox (256 KiB)
   */
  constructor(name: string, fd: number, { kind, key, value }: MapLayout) {
    if (!key || !value) throw new TypeError(`map ${name} has no keys and values to read`);
    this.#name = name;
    this.#fd = fd;
    this.#key = key as Codec<unknown> as Codec<K>;
    this.#value = value;
    this.#cpus = kind.includes('percpu_') ? cpus('possible').length : 0;
    this.#valueSize = this.#cpus ? this.#cpus * round8(value.size) : value.size;
    this.#valueAt = round8(Math.max(key.size, 4));
    if (this.#capacity() < 1) throw new RangeError(`an entry of map ${name} is larger than the mailbox`);
  }

  lookup(key: K): V | undefined {
    this.#key.encode(this.#box.map, 0, key);
    const found = this.#ring('look up', this.#box.native.kit_map_lookup, 0, this.#valueAt, 0, ENOENT);
    return found ? this.#decodeValue(this.#valueAt) : undefined;
  }

  update(key: K, value: V, mode?: 'create' | 'replace'): boolean {
    this.#key.encode(this.#box.map, 0, key);
    this.#encodeValue(this.#valueAt, value);
    const flags = mode ? FLAGS[mode] : 0;
    const expected = mode === 'create' ? EEXIST : mode === 'replace' ? ENOENT : 0;
    return this.#ring('update', this.#box.native.kit_map_update, 0, this.#valueAt, flags, expected);
  }

  delete(key: K): boolean {
    this.#key.encode(this.#box.map, 0, key);
    return this.#ring('delete from', this.#box.native.kit_map_delete, 0, 0, 0, ENOENT);
  }

  /** All entries, many with one system call; one by one where the kernel cannot do that. */
  read(): Array<[K, V]> {
    const { head, native } = this.#box;
    const entries: Array<[K, V]> = [];
    const capacity = this.#capacity();
    // in front stands where to go on, as large as a key
    const keys = this.#valueAt;
    const values = keys + round8(capacity * this.#key.size);
    for (let started = 0; ; ) {
      head[Field.count] = capacity;
      const errno = -this.#call(native.kit_map_batch, keys, values, started);
      if (errno === EINVAL || errno === ENOTSUPP || errno === ENOSPC) return this.#walk();
      // ENOENT: that was all; EINTR: on kernels up to 6.13, entries were removed meanwhile
      if (errno > 0 && errno !== ENOENT && errno !== EINTR) throw this.#failure('read', errno);
      const count = head[Field.count];
      for (let i = 0; i < count; i++) {
        const key = this.#key.decode(this.#box.map, keys + i * this.#key.size);
        entries.push([key, this.#decodeValue(values + i * this.#valueSize)]);
      }
      if (errno === ENOENT) return entries;
      if (count > 0) started = 1;
    }
  }

  /** A key that is removed while we stand on it sends us back to the first one, hence the set of those seen. */
  #walk(): Array<[K, V]> {
    const { map, native } = this.#box;
    const entries: Array<[K, V]> = [];
    const seen = new Set<string>();
    let repeated = 0;
    for (let started = 0; repeated <= seen.size; started = 1) {
      if (!this.#ring('walk through', native.kit_map_next, 0, this.#valueAt, started, ENOENT)) break;
      const bytes = map.buf.toString('latin1', this.#valueAt, this.#valueAt + this.#key.size);
      map.buf.copyWithin(0, this.#valueAt, this.#valueAt + this.#key.size);
      if (seen.has(bytes)) repeated++;
      else if (this.#ring('look up', native.kit_map_lookup, 0, this.#valueAt, 0, ENOENT)) {
        entries.push([this.#key.decode(map, 0), this.#decodeValue(this.#valueAt)]);
      }
      seen.add(bytes);
    }
    return entries;
  }

  /** Entries that one batch can bring. */
  #capacity(): number {
    const room = this.#box.map.u8.length - this.#valueAt - 8;
    return Math.floor(room / (this.#key.size + this.#valueSize));
  }

  /** @returns whether it worked; false only for the errno that is no failure here */
  #ring(what: string, doorbell: () => number, key: number, value: number, flags: number, expected: number): boolean {
    const errno = -this.#call(doorbell, key, value, flags);
    if (errno > 0 && errno !== expected) throw this.#failure(what, errno);
    return errno <= 0;
  }

  #call(doorbell: () => number, key: number, value: number, flags: number): number {
    const { head } = this.#box;
    head[Field.mapFd] = this.#fd;
    head[Field.key] = key;
    head[Field.value] = value;
    head[Field.flags] = flags;
    return doorbell();
  }

  #decodeValue(offset: number): V {
    if (!this.#cpus) return this.#value.decode(this.#box.map, offset) as V;
    const stride = round8(this.#value.size);
    return Array.from({ length: this.#cpus }, (_, i) => this.#value.decode(this.#box.map, offset + i * stride)) as V;
  }

  #encodeValue(offset: number, value: V): void {
    const values = this.#cpus ? (value as readonly unknown[]) : [value];
    if (this.#cpus && values.length !== this.#cpus)
      throw new RangeError(`map ${this.#name} needs a value for each of ${this.#cpus} CPUs`);
    for (const [i, each] of values.entries())
      this.#value.encode(this.#box.map, offset + i * round8(this.#value.size), each);
  }

  #failure(what: string, errno: number): Error {
    return failure(`${what} map ${this.#name}`, errno);
  }
}
