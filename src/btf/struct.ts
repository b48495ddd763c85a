import { ObjectError } from './errors.ts';
import { type Field, isReserved, isTailPiece, type Shape, type Struct } from './model.ts';
import type { Member } from './types.ts';

/**
 * The member's fields: those of a struct without a name of its own (`struct endpoints;`) count as the outer one's.
 * @throws ObjectError when the member has no bytes of its own, or lies where no typed array reaches
 */
export function fieldsOf(member: Member, shape: Shape, where: string): readonly Field[] {
  if (member.name || shape.kind !== 'struct') return [fieldOf(member, shape, where)];
  const { offset } = fieldOf({ ...member, name: shape.name }, shape, where);
  return shape.fields.map((field) => ({ ...field, offset: offset + field.offset }));
}

function fieldOf({ name, bits, bitOffset }: Member, shape: Shape, where: string): Field {
  if (!name) throw new ObjectError(`${where} has no name: only a struct's fields can stand for themselves`);
  if (bits !== 0 || bitOffset % 8 !== 0) throw new ObjectError(`${where} is a bitfield: use a whole integer`);
  if (shape.kind === 'struct' && shape.tail !== undefined) throw new ObjectError(`${where} has a tail of its own`);
  const field = { name, offset: bitOffset / 8, shape };
  const align = isReserved(field) ? 1 : alignment(shape);
  if (field.offset % align !== 0) throw new ObjectError(`${where} is not aligned to ${align} bytes`);
  return field;
}

/**
 * A struct must be free of holes: what lies in a hole is whatever the memory held before.
 * Behind the beginning of a tail there is none, because the tail's bytes lie there.
 * @throws ObjectError naming the struct and the field
 */
export function checkStruct(struct: Struct): Struct {
  const { name, size, fields, tail } = struct;
  const place = `struct ${name}`;
  let end = 0;
  for (const field of fields) {
    checkHole(place, `before field '${field.name}'`, field.offset - end);
    end = field.offset + field.shape.size;
  }
  checkHole(place, tail === undefined ? 'at its end' : 'before its tail', (tail ?? size) - end);
  if ((tail !== undefined) !== fields.some(isTailPiece)) {
    throw new ObjectError(`${place}: \`char tail[]\` and the lengths of its pieces (tail_str_t, …) belong together`);
  }
  if (tail === undefined && size % alignment(struct) !== 0) {
    throw new ObjectError(`${place}: its size, ${size}, is not a multiple of ${alignment(struct)}`);
  }
  return struct;
}

function checkHole(place: string, where: string, bytes: number): void {
  if (bytes < 0) throw new ObjectError(`${place}: fields overlap ${where}`);
  if (bytes > 0) {
    const count = bytes === 1 ? '1 byte' : `${bytes} bytes`;
    throw new ObjectError(
      `${place}: ${count} of padding ${where}: reorder the fields, or add \`__u8 reserved[${bytes}]\``,
    );
  }
}

/** What the decoders need: they read 8 bytes as two words. */
function alignment(shape: Shape): number {
  switch (shape.kind) {
    case 'chars':
      return 1;
    case 'list':
      return alignment(shape.element);
    case 'struct':
      return Math.max(1, ...shape.fields.filter((field) => !isReserved(field)).map((field) => alignment(field.shape)));
    default:
      return Math.min(shape.size, 4);
  }
}
