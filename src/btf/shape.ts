import { ObjectError } from './errors.ts';
import { MEANINGS } from './meanings.ts';
import type { Chars, List, Scalar, Shape, Struct } from './model.ts';
import { isChar, resolve } from './resolve.ts';
import { checkStorage } from './storage.ts';
import { checkStruct, fieldsOf } from './struct.ts';
import type { ArrayType, Btf, BtfType, CompositeType, EnumType, IntType, Member } from './types.ts';

/**
 * The shape of the type `id`.
 * @param where names the place in messages: "struct exec: field 'args'"
 * @throws ObjectError for what has no faithful form in JavaScript: pointers, floats, unions, bitfields, padding
 */
export function shapeOf(btf: Btf, id: number, where: string): Shape {
  const { type, meaning } = resolve(btf, id);
  const shape = plainShape(btf, type, where);
  if (meaning === 'plain') return shape;
  checkStorage(shape, meaning, where);
  return { ...shape, meaning };
}

function plainShape(btf: Btf, type: BtfType, where: string): Shape {
  switch (type.kind) {
    case 'int':
    case 'enum':
      return scalarShape(type, where);
    case 'array':
      return arrayShape(btf, type, where);
    case 'struct':
      return structShape(btf, type, where);
    case 'union':
      throw new ObjectError(`${where} is a union: nothing says which member is set; use one field for each`);
    case 'ptr':
      throw new ObjectError(`${where} is a pointer: send what it points to, or its value as address_t`);
    case 'float':
      throw new ObjectError(`${where} is a ${type.name}: BPF has no floating point`);
    default:
      throw new ObjectError(`${where} is of the kind ${type.kind}, which has no form in TypeScript`);
  }
}

function scalarShape(type: IntType | EnumType, where: string): Scalar {
  const { size } = type;
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) {
    throw new ObjectError(`${where} is an integer of ${size} bytes: use two of 8`);
  }
  if (type.kind === 'int' && type.bits !== size * 8)
    throw new ObjectError(`${where} is a bitfield: use a whole integer`);
  const kind = type.kind === 'int' && type.bool ? 'bool' : type.signed ? 'int' : 'uint';
  return { kind, size, meaning: 'plain' };
}

function arrayShape(btf: Btf, { element: id, count }: ArrayType, where: string): Chars | List {
  if (count === 0) throw new ObjectError(`${where} has no length: the variable tail of an event is \`char tail[]\``);
  if (isChar(resolve(btf, id).type)) return { kind: 'chars', size: count, meaning: 'plain' };
  const element = shapeOf(btf, id, where);
  if (element.kind === 'chars' || element.kind === 'list' || element.kind === 'struct') {
    throw new ObjectError(`${where} is an array of arrays or structs: use one field for each`);
  }
  if (!isListable(element))
    throw new ObjectError(`${where} is an array of booleans or identifiers: use plain integers`);
  return { kind: 'list', element, count, size: element.size * count, meaning: 'plain' };
}

/** Arrays hold numbers, or addresses (stack traces). */
function isListable({ kind, meaning }: Scalar): boolean {
  return kind !== 'bool' && (meaning === 'plain' || meaning === 'address' || MEANINGS[meaning].type === 'int');
}

function structShape(btf: Btf, { name, size, members }: CompositeType, where: string): Struct {
  if (!name) throw new ObjectError(`${where} is a struct without a name: its interface needs one`);
  const last = members.at(-1);
  const tail = last && isTail(btf, last) ? last.bitOffset / 8 : undefined;
  const fields = (tail === undefined ? members : members.slice(0, -1)).flatMap((member) => {
    const place = `struct ${name}: field '${member.name}'`;
    return fieldsOf(member, shapeOf(btf, member.type, place), place);
  });
  return checkStruct({ kind: 'struct', name, size, fields, tail });
}

function isTail(btf: Btf, { name, type: id }: Member): boolean {
  const { type } = resolve(btf, id);
  return name === 'tail' && type.kind === 'array' && type.count === 0 && isChar(resolve(btf, type.element).type);
}
