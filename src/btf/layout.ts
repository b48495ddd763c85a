import type { Meaning } from './meanings.ts';

/**
 * Typed arrays over one buffer of kernel records. A record starts 8-byte aligned, so that every naturally
 * aligned field is one element of the array of its size. BPF objects and hosts are little-endian here.
 */
export interface RecordView {
  readonly buf: Buffer;
  readonly u8: Uint8Array;
  readonly i8: Int8Array;
  readonly u16: Uint16Array;
  readonly i16: Int16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly u64: BigUint64Array;
  readonly i64: BigInt64Array;
}

/**
 * The views over a part of a buffer. Bytes behind the last whole 8 are reached by the narrower arrays only.
 * @param byteOffset where the part begins; a multiple of 8 (RangeError otherwise)
 * @param byteLength its length in bytes
 */
export function recordView(
  buffer: ArrayBuffer,
  byteOffset = 0,
  byteLength = buffer.byteLength - byteOffset,
): RecordView {
  return {
    buf: Buffer.from(buffer, byteOffset, byteLength),
    u8: new Uint8Array(buffer, byteOffset, byteLength),
    i8: new Int8Array(buffer, byteOffset, byteLength),
    u16: new Uint16Array(buffer, byteOffset, byteLength >> 1),
    i16: new Int16Array(buffer, byteOffset, byteLength >> 1),
    u32: new Uint32Array(buffer, byteOffset, byteLength >> 2),
    i32: new Int32Array(buffer, byteOffset, byteLength >> 2),
    u64: new BigUint64Array(buffer, byteOffset, byteLength >> 3),
    i64: new BigInt64Array(buffer, byteOffset, byteLength >> 3),
  };
}

/** The JavaScript form of a field: number, boolean, string, string[], number[] or a nested object. */
export type ValueType = 'int' | 'bool' | 'string' | 'strings' | 'ints' | 'object';

export interface FieldLayout<E = object> {
  readonly meaning: Meaning;
  readonly type: ValueType;
  /** Its value in an event: a function of its own for each field is faster than a name that says which one is meant. */
  get?(event: E): unknown;
}

/** One event struct: which ring-buffer map carries it, and how its bytes become an object. */
export interface EventLayout<E extends object = object> {
  readonly map: string;
  /** Bytes before the variable tail; no record is shorter. */
  readonly size: number;
  /** In C order. */
  readonly fields: Readonly<Record<keyof E & string, FieldLayout<E>>>;
  /**
   * @param offset where the record begins; a multiple of 8
   * @param length of the record in bytes, tail included; nothing beyond it is read
   * @throws RangeError when the record is shorter than `size`
   */
  decode(view: RecordView, offset: number, length: number): E;
}

/** How a map's key or value is read and written. Offsets must be multiples of the C type's own alignment. */
export interface Codec<T> {
  readonly size: number;
  decode(view: RecordView, offset: number): T;
  /** Writes all `size` bytes. @throws RangeError when a part of the value does not fit its C type */
  encode(view: RecordView, offset: number, value: T): void;
}

export interface MapLayout<K = unknown, V = unknown> {
  /** The kernel's name of the map type, lower case: 'hash', 'percpu_array', 'ringbuf', … */
  readonly kind: string;
  /** 0 when the object leaves it to the loader. */
  readonly maxEntries: number;
  readonly key?: Codec<K>;
  readonly value?: Codec<V>;
}

/** A `const volatile` global: a constant of the program, settable until load. */
export interface ConstantLayout {
  /** In .rodata. */
  readonly offset: number;
  /** Bytes of one element; for a string, of its whole char array. */
  readonly size: number;
  readonly kind: 'int' | 'uint' | 'bool' | 'string';
  /** Number of elements: 1, or the array's length. */
  readonly count: number;
}

/** All that TypeScript knows about one BPF object; generated from the object's own BTF. */
export interface ObjectLayout {
  readonly name: string;
  /** Of everything below, as computed by `layoutHash`; the object file must have the same. */
  readonly hash: string;
  /** Program → its section, without the '?' of programs that load only when asked for. */
  readonly programs: Readonly<Record<string, string>>;
  readonly maps: Readonly<Record<string, MapLayout>>;
  readonly constants: Readonly<Record<string, ConstantLayout>>;
  /** The u64 in .bss that counts events lost because a ring was full. */
  readonly lost?: { readonly offset: number };
  readonly events: Readonly<Record<string, EventLayout>>;
}
