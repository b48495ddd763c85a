import { ObjectError } from './errors.ts';
import { type Meaning, meaningOf } from './meanings.ts';
import type { Btf, BtfType } from './types.ts';

export interface Resolved {
  readonly type: BtfType;
  /** The first meaning that a typedef's name gave on the way. */
  readonly meaning: Meaning;
  readonly isConst: boolean;
  readonly isVolatile: boolean;
}

/**
 * The type behind qualifiers and typedefs.
 * @throws ObjectError when there is no end to them
 */
export function resolve(btf: Btf, id: number): Resolved {
  const passed = new Set<string>();
  let meaning: Meaning = 'plain';
  let at = id;
  for (let hops = 0; hops < btf.types.length; hops++) {
    const type = btf.types[at];
    switch (type?.kind) {
      case undefined:
        throw new ObjectError(`corrupt BTF: there is no type ${at}`);
      case 'typedef':
        if (meaning === 'plain') meaning = meaningOf(type.name) ?? 'plain';
        break;
      case 'const':
      case 'volatile':
      case 'restrict':
      case 'type_tag':
        passed.add(type.kind);
        break;
      default:
        return { type, meaning, isConst: passed.has('const'), isVolatile: passed.has('volatile') };
    }
    at = type.type;
  }
  throw new ObjectError(`corrupt BTF: type ${id} refers to itself`);
}

/** What C calls `char`; its signed and unsigned kinds are small numbers. */
export function isChar(type: BtfType): boolean {
  return type.kind === 'int' && type.name === 'char';
}
