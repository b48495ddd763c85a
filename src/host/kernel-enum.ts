import { readFileSync } from 'node:fs';

/**
 * The names of an enum's values, by number, as the running kernel has them.
 * @param name of the enum, without `enum`
 * @param file the kernel's types (BTF); read anew at each call, which takes some 10 ms
 * @returns undefined where the kernel has no such enum, or does not tell its types
 */
export function kernelEnum(name: string, file = '/sys/kernel/btf/vmlinux'): ReadonlyMap<number, string> | undefined {
  let btf: Buffer;
  try {
    btf = readFileSync(file);
  } catch {
    return undefined;
  }
  return findEnum(btf, name);
}

/** include/uapi/linux/btf.h */
const KIND_ENUM = 6;
/** Bytes of struct btf_type. */
const TYPE = 12;
/** Bytes of struct btf_enum. */
const VALUE = 8;
/** What follows a type: bytes once, and for each of its members, by kind; nothing behind all others. */
const ONCE: Readonly<Record<number, number>> = { 1: 4, 3: 12, 14: 4, 17: 4 };
const EACH: Readonly<Record<number, number>> = { 4: 12, 5: 12, 6: VALUE, 13: 8, 15: 12, 19: 12 };

/** The kernel has 100,000 types and more: this goes over them without reading any but the one that is looked for. */
function findEnum(btf: Buffer, name: string): ReadonlyMap<number, string> | undefined {
  const start = btf.readUInt32LE(4);
  const types = start + btf.readUInt32LE(8);
  const end = types + btf.readUInt32LE(12);
  const strings = start + btf.readUInt32LE(16);
  const wanted = btf.indexOf(`\0${name}\0`, strings, 'latin1') + 1 - strings;
  if (wanted <= 0) return undefined;
  const text = (offset: number) => {
    const from = strings + offset;
    return btf.toString('latin1', from, btf.indexOf(0, from));
  };

  const view = new DataView(btf.buffer, btf.byteOffset, btf.length);
  for (let at = types; at < end; ) {
    const info = view.getUint32(at + 4, true);
    const kind = (info >>> 24) & 31;
    const length = info & 0xffff;
    if (kind === KIND_ENUM && length > 0 && view.getUint32(at, true) === wanted) {
      const values = Array.from({ length }, (_, i) => at + TYPE + i * VALUE);
      return new Map(values.map((each) => [view.getUint32(each + 4, true), text(view.getUint32(each, true))]));
    }
    at += TYPE + (ONCE[kind] ?? 0) + (EACH[kind] ?? 0) * length;
  }
  return undefined;
}
