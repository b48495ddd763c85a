import { type BtfBuilder, btfBuilder, type MemberSpec } from './btf-builder.ts';
import { objectFile, type SymbolSpec } from './elf-builder.ts';

const RINGBUF = 27;

/** The types that every test needs. */
export function commonTypes(btf: BtfBuilder) {
  const u8 = btf.int('unsigned char', 1);
  const u16 = btf.int('unsigned short', 2);
  const u32 = btf.int('unsigned int', 4);
  const u64 = btf.int('unsigned long long', 8);
  const s32 = btf.int('int', 4, 1);
  return { u8, u16, u32, u64, s32, char: btf.int('char', 1, 1), tail: btf.typedef('tail_str_t', u32) };
}

export type Types = ReturnType<typeof commonTypes>;

/** Adds types, and returns the id of the last. */
export type Define = (btf: BtfBuilder, types: Types) => number;

type Place = readonly [type: keyof Types | Define, byte: number, bit?: number, bits?: number];

/** A struct with these members at these offsets. */
export function struct(name: string, size: number, members: Readonly<Record<string, Place>>): Define {
  return (btf, types) => {
    const specs = Object.entries(members).map(([member, [type, byte, bit = 0, bits]]): MemberSpec => {
      const id = typeof type === 'string' ? types[type] : type(btf, types);
      return [member, id, byte * 8 + bit, bits];
    });
    return btf.struct(name, size, specs);
  };
}

/** An array of one of the common types. */
export function array(element: keyof Types | Define, count: number): Define {
  return (btf, types) => btf.array(typeof element === 'string' ? types[element] : element(btf, types), count);
}

/** An object whose one event, on the ring `events`, is the struct that `define` makes. */
export function objectWithEvent(define: Define, symbols: readonly SymbolSpec[] = []): Buffer {
  return objectWith((btf, types) => {
    const event = define(btf, types);
    btf.datasec('.maps', [btf.map('events', RINGBUF, 4096)]);
    btf.datasec('.bss', [btf.var('thing_event', btf.ptr(btf.const(event)))]);
  }, symbols);
}

/** An object with the types that `define` makes, and these symbols. */
export function objectWith(
  define: (btf: BtfBuilder, types: Types) => void,
  symbols: readonly SymbolSpec[] = [],
): Buffer {
  const btf = btfBuilder();
  define(btf, commonTypes(btf));
  const programs = symbols.filter(({ func }) => func).map(({ section }) => [section, { code: true }]);
  const sections = { '.rodata': { size: 64 }, '.bss': {}, ...Object.fromEntries(programs) };
  return objectFile({ btf: btf.bytes(), sections, symbols });
}
