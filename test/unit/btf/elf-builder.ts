// Makes BPF object files, so that the reader can be shown what no compiler would write.

import { stringTable } from './string-table.ts';

export interface SymbolSpec {
  readonly name: string;
  readonly section: string;
  readonly value?: number;
  readonly func?: boolean;
  readonly local?: boolean;
}

export interface ObjectSpec {
  readonly btf?: Uint8Array;
  readonly sections?: Readonly<Record<string, { readonly code?: boolean; readonly size?: number }>>;
  readonly symbols?: readonly SymbolSpec[];
}

/** An ELF64 object file for BPF. */
export function objectFile({ btf, sections = {}, symbols = [] }: ObjectSpec): Buffer {
  const names = stringTable();
  const symbolNames = stringTable();
  const own = Object.entries(sections);
  const indexOf = (section: string) => own.findIndex(([name]) => name === section) + 1;
  const table = Buffer.concat([
    Buffer.alloc(24),
    ...symbols.map((symbol) => {
      const entry = Buffer.alloc(24);
      entry.writeUInt32LE(symbolNames.offset(symbol.name), 0);
      entry.writeUInt8((symbol.local ? 0 : 16) + (symbol.func ? 2 : 1), 4);
      entry.writeUInt16LE(indexOf(symbol.section), 6);
      entry.writeBigUInt64LE(BigInt(symbol.value ?? 0), 8);
      return entry;
    }),
  ]);
  const parts = [
    ...own.map(([name, { code, size = 8 }]) => ({ name, type: 1, flags: code ? 6 : 2, data: Buffer.alloc(size) })),
    { name: '.symtab', type: 2, flags: 0, data: table },
    { name: '.strtab', type: 3, flags: 0, data: symbolNames.bytes() },
    ...(btf ? [{ name: '.BTF', type: 1, flags: 0, data: Buffer.from(btf) }] : []),
    { name: '.shstrtab', type: 3, flags: 0, data: Buffer.alloc(0) },
  ];
  for (const { name } of parts) names.offset(name);
  Object.assign(parts.at(-1) ?? {}, { data: names.bytes() });

  let at = 64;
  const headers = [Buffer.alloc(64)];
  for (const { name, type, flags, data } of parts) {
    const header = Buffer.alloc(64);
    header.writeUInt32LE(names.offset(name), 0);
    header.writeUInt32LE(type, 4);
    header.writeBigUInt64LE(BigInt(flags), 8);
    header.writeBigUInt64LE(BigInt(at), 24);
    header.writeBigUInt64LE(BigInt(data.length), 32);
    header.writeUInt32LE(type === 2 ? own.length + 2 : 0, 40);
    headers.push(header);
    at += data.length;
  }
  const elf = Buffer.alloc(64);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  elf.writeUInt16LE(1, 16);
  elf.writeUInt16LE(247, 18);
  elf.writeBigUInt64LE(BigInt(at), 40);
  elf.writeUInt16LE(64, 58);
  elf.writeUInt16LE(headers.length, 60);
  elf.writeUInt16LE(headers.length - 1, 62);
  return Buffer.concat([elf, ...parts.map(({ data }) => data), ...headers]);
}
