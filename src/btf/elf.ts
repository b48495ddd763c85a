import { ObjectError, readingOf } from './errors.ts';

export interface Section {
  readonly name: string;
  /** SHF_* flags. */
  readonly flags: number;
  /** Bytes in memory; .bss has a size and no data. */
  readonly size: number;
  readonly data: Uint8Array;
}

export interface ElfSymbol {
  readonly name: string;
  readonly type: 'object' | 'func' | 'other';
  readonly global: boolean;
  /** Where it is defined; undefined for externs and absolute symbols. */
  readonly section: Section | undefined;
  /** Offset in that section. */
  readonly value: number;
}

export interface Elf {
  readonly sections: readonly Section[];
  readonly symbols: readonly ElfSymbol[];
}

interface Header {
  readonly nameOffset: number;
  readonly type: number;
  readonly flags: number;
  readonly size: number;
  readonly link: number;
  readonly data: Uint8Array;
}

const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
/** SHF_EXECINSTR: the section holds instructions. */
export const EXECUTABLE = 4;
const EM_BPF = 247;
const ET_REL = 1;
/** ELF64, little-endian, version 1. */
const IDENT = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1];

/**
 * The sections and symbols of a BPF object file (ELF64, little-endian, relocatable).
 * @throws ObjectError when it is something else, or cut short
 */
export function readElf(file: Uint8Array): Elf {
  if (!IDENT.every((byte, i) => file[i] === byte)) throw new ObjectError('not a little-endian ELF64 file');
  return readingOf('ELF file', () => {
    const view = viewOf(file);
    if (view.getUint16(16, true) !== ET_REL || view.getUint16(18, true) !== EM_BPF) {
      throw new ObjectError('not a BPF object file');
    }
    const headers = readHeaders(file, view);
    const names = headers[view.getUint16(62, true)]?.data ?? new Uint8Array();
    const sections = headers.map(({ nameOffset, flags, size, data }) => ({
      name: stringAt(names, nameOffset),
      flags,
      size,
      data,
    }));
    const table = headers.find(({ type }) => type === SHT_SYMTAB);
    return { sections, symbols: table ? readSymbols(table.data, headers[table.link]?.data, sections) : [] };
  });
}

function readHeaders(file: Uint8Array, view: DataView): Header[] {
  const start = Number(view.getBigUint64(40, true));
  const entry = view.getUint16(58, true);
  return Array.from({ length: view.getUint16(60, true) }, (_, i) => {
    const at = start + i * entry;
    const type = view.getUint32(at + 4, true);
    const offset = Number(view.getBigUint64(at + 24, true));
    const size = Number(view.getBigUint64(at + 32, true));
    return {
      nameOffset: view.getUint32(at, true),
      type,
      flags: Number(view.getBigUint64(at + 8, true)),
      size,
      link: view.getUint32(at + 40, true),
      data: type === SHT_NOBITS ? new Uint8Array() : slice(file, offset, size),
    };
  });
}

function readSymbols(table: Uint8Array, names: Uint8Array | undefined, sections: readonly Section[]): ElfSymbol[] {
  if (!names) throw new ObjectError('corrupt ELF file: symbols without names');
  const view = viewOf(table);
  return Array.from({ length: Math.floor(table.length / 24) }, (_, i) => {
    const at = i * 24;
    const info = view.getUint8(at + 4);
    const type = info & 15;
    return {
      name: stringAt(names, view.getUint32(at, true)),
      type: type === 1 ? 'object' : type === 2 ? 'func' : 'other',
      global: info >> 4 !== 0,
      section: sections[view.getUint16(at + 6, true) || -1],
      value: Number(view.getBigUint64(at + 8, true)),
    };
  });
}

/** @throws RangeError when the part is not inside */
export function slice(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  if (offset + size > bytes.length) throw new RangeError('part lies outside');
  return bytes.subarray(offset, offset + size);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The NUL-terminated string at `offset` of a string table. @throws RangeError when it does not end inside */
export function stringAt(table: Uint8Array, offset: number): string {
  const end = offset < table.length ? table.indexOf(0, offset) : -1;
  if (end < 0) throw new RangeError('string lies outside');
  return Buffer.from(table.buffer, table.byteOffset + offset, end - offset).toString('latin1');
}
