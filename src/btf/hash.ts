import type { Field, MapModel, ObjectModel, Shape } from './model.ts';
import { readObject } from './object.ts';
import { storageOf } from './storage.ts';

/**
 * A hash of everything that generated code relies on: 16 hexadecimal digits. It does not change with the compiler,
 * the order of types, or anything else inside the programs. It finds mistakes, not attacks.
 */
export function layoutHash(object: ObjectModel): string {
  const text = describe(object);
  return hash32(text, 0x01000193) + hash32(text, 0x85ebca6b);
}

/** `layoutHash` of an object file. @throws ObjectError as `readObject` does */
export function fileLayoutHash(file: Uint8Array): string {
  return layoutHash(readObject(file));
}

/** One line per program, map, constant and event. */
function describe({ programs, maps, constants, lost, events }: ObjectModel): string {
  return [
    ...programs.map(({ name, section }) => `program ${name} ${section}`),
    ...maps.map(describeMap),
    ...constants.map(({ name, offset, size, kind, count }) => `constant ${name} ${offset} ${size} ${kind} ${count}`),
    `lost ${lost?.offset}`,
    ...events.map(({ name, map, struct }) => `event ${name} ${map} ${describeShape(struct)}`),
  ].join('\n');
}

function describeMap({ name, kind, maxEntries, keySize, valueSize, key, value }: MapModel): string {
  return `map ${name} ${kind} ${maxEntries} ${keySize} ${valueSize} ${describeShape(key)} ${describeShape(value)}`;
}

function describeShape(shape: Shape | undefined): string {
  if (shape?.kind !== 'struct') return shape ? `${storageOf(shape)} ${shape.meaning}` : '-';
  return `${storageOf(shape)} ${shape.size} ${shape.tail} {${shape.fields.map(describeField).join(', ')}}`;
}

function describeField({ name, offset, shape }: Field): string {
  return `${name} ${offset} ${describeShape(shape)}`;
}

/** FNV-1a over the text's UTF-16 units, with a multiplier of choice; 8 hexadecimal digits. */
function hash32(text: string, multiplier: number): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), multiplier);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
