import type { BtfType, EnumType, IntType, Member, Qualifier } from './types.ts';

/** One type's record: the common head (struct btf_type) and what follows it, read with a cursor. */
export interface Head {
  readonly name: string;
  /** Number of members, values, parameters or variables. */
  readonly length: number;
  readonly flag: boolean;
  /** The size or the type, by kind. */
  readonly operand: number;
}

/** Walks over the words of the type section. */
export interface Cursor {
  next(): number;
  /** The string at an offset of the string section. */
  name(offset: number): string;
}

type Reader = (head: Head, cursor: Cursor) => BtfType;

/** BTF_KIND_* → reader, in the kernel's order (include/uapi/linux/btf.h). */
export const READERS: readonly (Reader | undefined)[] = [
  undefined,
  readInt,
  ({ operand }) => ({ kind: 'ptr', type: operand }),
  readArray,
  composite('struct'),
  composite('union'),
  readEnum,
  opaque('fwd'),
  ({ name, operand }) => ({ kind: 'typedef', name, type: operand }),
  qualifier('volatile'),
  qualifier('const'),
  qualifier('restrict'),
  opaque('func'),
  opaque('func_proto', 2),
  readVar,
  readDatasec,
  ({ name, operand }) => ({ kind: 'float', name, size: operand }),
  opaque('decl_tag', 0, 1),
  qualifier('type_tag'),
  readEnum64,
];

function readInt({ name, operand }: Head, cursor: Cursor): IntType {
  const info = cursor.next();
  const encoding = info >>> 24;
  return {
    kind: 'int',
    name,
    size: operand,
    bits: info & 0xff,
    signed: (encoding & 1) !== 0,
    bool: (encoding & 4) !== 0,
  };
}

function readArray(_head: Head, cursor: Cursor): BtfType {
  const element = cursor.next();
  cursor.next(); // the index's type
  return { kind: 'array', element, count: cursor.next() };
}

function composite(kind: 'struct' | 'union'): Reader {
  return ({ name, operand, length, flag }, cursor) => {
    const readMember = (): Member => {
      const [nameAt, type, offset] = [cursor.next(), cursor.next(), cursor.next()];
      // With the kind flag the upper byte is the width of a bitfield.
      const [bitOffset, bits] = flag ? [offset & 0xffffff, offset >>> 24] : [offset, 0];
      return { name: cursor.name(nameAt), type, bitOffset, bits };
    };
    return { kind, name, size: operand, members: Array.from({ length }, readMember) };
  };
}

/** clang before 15 leaves the flag for "signed" unset, so a negative value says it too. */
function readEnum({ name, operand, length, flag }: Head, cursor: Cursor): EnumType {
  let signed = flag;
  for (let i = 0; i < length; i++) {
    cursor.next();
    if (cursor.next() >>> 31 === 1) signed = true;
  }
  return { kind: 'enum', name, size: operand, signed };
}

function readEnum64({ name, operand, length, flag }: Head, cursor: Cursor): EnumType {
  skip(cursor, length * 3);
  return { kind: 'enum', name, size: operand, signed: flag };
}

function readVar({ name, operand }: Head, cursor: Cursor): BtfType {
  cursor.next(); // static, global or extern
  return { kind: 'var', name, type: operand };
}

function readDatasec({ name, length }: Head, cursor: Cursor): BtfType {
  const words = Array.from({ length: length * 3 }, cursor.next);
  return { kind: 'datasec', name, vars: words.filter((_, i) => i % 3 === 0) };
}

function qualifier(kind: Qualifier): Reader {
  return ({ operand }) => ({ kind, type: operand });
}

function opaque(kind: 'fwd' | 'func' | 'func_proto' | 'decl_tag', wordsEach = 0, words = 0): Reader {
  return ({ name, length }, cursor) => {
    skip(cursor, length * wordsEach + words);
    return { kind, name };
  };
}

function skip(cursor: Cursor, words: number): void {
  for (let i = 0; i < words; i++) cursor.next();
}
