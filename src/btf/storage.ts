import { ObjectError } from './errors.ts';
import { MEANINGS, type NamedMeaning } from './meanings.ts';
import type { Chars, List, Scalar, Shape } from './model.ts';

/**
 * A typedef's name promises how its bytes are stored.
 * @throws ObjectError when an object's own typedef of that name is something else
 */
export function checkStorage(
  shape: Shape,
  meaning: NamedMeaning,
  where: string,
): asserts shape is Scalar | Chars | List {
  const { storage } = MEANINGS[meaning];
  if (storageOf(shape) !== storage) throw new ObjectError(`${where}: ${meaning}_t must be ${storage}`);
}

/** A shape in short, with its size: 'u32', 's64', 'bool', 'char[16]', 'u8[16]', 'struct name'. */
export function storageOf(shape: Shape): string {
  switch (shape.kind) {
    case 'int':
      return `s${shape.size * 8}`;
    case 'uint':
      return `u${shape.size * 8}`;
    case 'bool':
      return 'bool';
    case 'chars':
      return `char[${shape.size}]`;
    case 'list':
      return `${storageOf(shape.element)}[${shape.count}]`;
    case 'struct':
      return `struct ${shape.name}`;
  }
}
