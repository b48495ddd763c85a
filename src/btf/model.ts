import type { ConstantLayout } from './layout.ts';
import type { Meaning } from './meanings.ts';

/** What of a C type matters to TypeScript. */
export type Shape = Scalar | Chars | List | Struct;

export interface Scalar {
  readonly kind: 'int' | 'uint' | 'bool';
  readonly size: 1 | 2 | 4 | 8;
  readonly meaning: Meaning;
}

/** A char array: a string up to the first NUL. */
export interface Chars {
  readonly kind: 'chars';
  readonly size: number;
  readonly meaning: Meaning;
}

export interface List {
  readonly kind: 'list';
  readonly element: Scalar;
  readonly count: number;
  readonly size: number;
  readonly meaning: Meaning;
}

export interface Struct {
  readonly kind: 'struct';
  readonly name: string;
  readonly size: number;
  /** In C order; reserved members too. */
  readonly fields: readonly Field[];
  /** Offset of `char tail[]`. */
  readonly tail?: number;
}

export interface Field {
  readonly name: string;
  readonly offset: number;
  readonly shape: Shape;
}

export interface MapModel {
  readonly name: string;
  readonly kind: string;
  readonly maxEntries: number;
  readonly keySize: number;
  readonly valueSize: number;
  /** Present where the map was declared with __type(). */
  readonly key?: Shape;
  readonly value?: Shape;
}

export interface EventModel {
  readonly name: string;
  /** The ring-buffer map that carries it. */
  readonly map: string;
  readonly struct: Struct;
}

export interface ConstantModel extends ConstantLayout {
  readonly name: string;
}

/** One BPF object; every list is sorted by name, so that it does not depend on the compiler's order. */
export interface ObjectModel {
  readonly programs: readonly { readonly name: string; readonly section: string }[];
  readonly maps: readonly MapModel[];
  readonly constants: readonly ConstantModel[];
  readonly lost?: { readonly offset: number };
  readonly events: readonly EventModel[];
}

/** A member that only fills space, by its name (`reserved`, `_pad`): neither decoded nor exported, encoded as zeros. */
export function isReserved(field: Field): boolean {
  return /^(_|reserved)/.test(field.name);
}

/** Whether the field is the length of a piece of the variable tail. */
export function isTailPiece({ shape }: Field): boolean {
  return shape.kind === 'uint' && shape.meaning.startsWith('tail_');
}
