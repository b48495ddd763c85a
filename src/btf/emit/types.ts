import type { ValueType } from '../layout.ts';
import { MEANINGS } from '../meanings.ts';
import { type Field, isReserved, isTailPiece, type ObjectModel, type Shape, type Struct } from '../model.ts';
import { pascal } from './text.ts';

/** The form of a shape's values in TypeScript. */
export function valueType(shape: Shape): ValueType {
  if (shape.kind === 'struct') return 'object';
  if (shape.meaning !== 'plain') return MEANINGS[shape.meaning].type;
  switch (shape.kind) {
    case 'chars':
      return 'string';
    case 'list':
      return valueType(shape.element) === 'string' ? 'strings' : 'ints';
    case 'bool':
      return 'bool';
    default:
      return 'int';
  }
}

const TYPES: Readonly<Record<ValueType, string>> = {
  int: 'number',
  bool: 'boolean',
  string: 'string',
  strings: 'readonly string[]',
  ints: 'readonly number[]',
  object: 'object',
};

/** The TypeScript type of a shape. */
export function typeName(shape: Shape): string {
  return shape.kind === 'struct' ? pascal(shape.name) : TYPES[valueType(shape)];
}

/** The interface of each struct that the object exports, each once, an outer one before its inner ones. */
export function interfaces({ events, maps }: ObjectModel): string[] {
  const shapes = [...events.map(({ struct }) => struct), ...maps.flatMap(({ key, value }) => [key, value])];
  const structs = new Map(shapes.flatMap((shape) => (shape ? structsIn(shape) : [])).map((each) => [each.name, each]));
  return [...structs.values()].map(interfaceOf);
}

function structsIn(shape: Shape): Struct[] {
  return shape.kind === 'struct' ? [shape, ...shape.fields.flatMap((field) => structsIn(field.shape))] : [];
}

function interfaceOf(struct: Struct): string {
  const fields = exported(struct).flatMap((field) => [
    ...fieldDoc(field),
    `  readonly ${field.name}: ${typeName(field.shape)};`,
  ]);
  return `export interface ${pascal(struct.name)} {\n${fields.join('\n')}\n}`;
}

function fieldDoc({ shape }: Field): string[] {
  return shape.kind === 'struct' || shape.meaning === 'plain' ? [] : [`  /** ${MEANINGS[shape.meaning].doc} */`];
}

/** The fields that TypeScript sees. */
export function exported(struct: Struct): Field[] {
  return struct.fields.filter((field) => !isReserved(field));
}

/** The fields that are lengths of pieces of the tail, in its order. */
export function tailPieces(struct: Struct): Field[] {
  return struct.fields.filter(isTailPiece);
}
