import { type BtfBuilder, btfBuilder } from './btf-builder.ts';
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

/** An object whose one event, on the ring `events`, is the struct that `define` makes. */
export function objectWithEvent(define: (btf: BtfBuilder, types: Types) => number): Buffer {
  return objectWith((btf, types) => {
    const event = define(btf, types);
    btf.datasec('.maps', [btf.map('events', RINGBUF, 4096)]);
    btf.datasec('.bss', [btf.var('thing_event', btf.ptr(btf.const(event)))]);
  });
}

/** An object with the types that `define` makes, and these symbols. */
export function objectWith(
  define: (btf: BtfBuilder, types: Types) => void,
  symbols: readonly SymbolSpec[] = [],
): Buffer {
  const btf = btfBuilder();
  define(btf, commonTypes(btf));
  const sections = { '.text': { code: true }, '.rodata': { size: 64 }, '.bss': {}, xdp: { code: true } };
  return objectFile({ btf: btf.bytes(), sections, symbols });
}
