import { slice, stringAt, viewOf } from './elf.ts';
import { ObjectError, readingOf } from './errors.ts';
import { type Cursor, READERS } from './kinds.ts';
import type { Btf, BtfType } from './types.ts';

const MAGIC = 0xeb9f;

/**
 * Reads a .BTF section.
 * @throws ObjectError when it is corrupt, or of a kind that is newer than this reader
 */
export function readBtf(section: Uint8Array): Btf {
  return readingOf('BTF', () => {
    const view = viewOf(section);
    if (view.getUint16(0, true) !== MAGIC) throw new ObjectError('corrupt BTF: wrong magic number');
    const head = view.getUint32(4, true);
    const body = (at: number) => slice(section, head + view.getUint32(at, true), view.getUint32(at + 4, true));
    return { types: readTypes(viewOf(body(8)), body(16)) };
  });
}

function readTypes(view: DataView, strings: Uint8Array): BtfType[] {
  const types: BtfType[] = [{ kind: 'void' }];
  let at = 0;
  const cursor: Cursor = {
    next() {
      at += 4;
      return view.getUint32(at - 4, true);
    },
    name: (offset) => stringAt(strings, offset),
  };
  while (at < view.byteLength) {
    const name = cursor.name(cursor.next());
    const info = cursor.next();
    const kind = (info >>> 24) & 31;
    const read = READERS[kind];
    if (!read) throw new ObjectError(`BTF type ${types.length} is of the unknown kind ${kind}`);
    types.push(read({ name, length: info & 0xffff, flag: info >>> 31 === 1, operand: cursor.next() }, cursor));
  }
  return types;
}
