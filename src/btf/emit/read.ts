import type { List, Scalar, Shape, Struct } from '../model.ts';
import { braces, property } from './text.ts';
import { exported, tailPieces } from './types.ts';

/** Pieces of a record's tail, by their meaning. */
const TAIL_READERS: Readonly<Record<string, string>> = {
  tail_str: 'tailString',
  tail_argv: 'tailStrings',
  tail_path: 'tailPath',
  tail_stack: 'tailStack',
};

/** The statements that the code needs in front of it: it indexes the record by half words (h) and words (w). */
export function indexes(code: string): string[] {
  return [
    ...(/(\[|, )h\b(?!:)/.test(code) ? ['    const h = offset >> 1;'] : []),
    ...(/(\[|, )w\b(?!:)/.test(code) ? ['    const w = offset >> 2;'] : []),
  ];
}

/** `base`, an index, plus a constant. */
export function plus(base: string, constant: number): string {
  return constant === 0 ? base : `${base} + ${constant}`;
}

/** An object literal of the struct at byte `at` of the record. */
export function readStruct(struct: Struct, at: number, indent: string): string {
  const pieces = tailPieces(struct).map(({ name }) => name);
  const lines = exported(struct).map(({ name, offset, shape }) => {
    const piece = pieces.indexOf(name);
    const value = piece < 0 ? readShape(shape, at + offset, `${indent}  `) : readPiece(shape, piece);
    return property(`${indent}  `, name, value);
  });
  return braces(indent, lines);
}

/** Pieces lie between the marks t0, t1, … */
function readPiece(shape: Shape, piece: number): string {
  const reader = shape.kind === 'struct' ? undefined : TAIL_READERS[shape.meaning];
  return `${reader}(view, t${piece}, t${piece + 1})`;
}

/** An expression for the value at byte `at` of the record. */
export function readShape(shape: Shape, at: number, indent: string): string {
  switch (shape.kind) {
    case 'struct':
      return readStruct(shape, at, indent);
    case 'chars':
      return shape.meaning === 'comm' && at % 4 === 0
        ? `comm(view, ${plus('w', at / 4)})`
        : `chars(view, ${plus('offset', at)}, ${shape.size})`;
    case 'list':
      return readList(shape, at);
    default:
      return readScalar(shape, at);
  }
}

function readList({ element, count, meaning }: List, at: number): string {
  if (meaning === 'ipaddr') return `ipText(view.u8, ${plus('offset', at)})`;
  if (element.size === 8) return `${longsReader(element)}(view, ${plus('w', at / 4)}, ${count})`;
  const { array, index } = place(element, at);
  return `ints(${array}, ${index}, ${count})`;
}

function longsReader({ kind, meaning }: Scalar): string {
  return meaning === 'address' ? 'hexes' : kind === 'int' ? 's64s' : 'u64s';
}

function readScalar(shape: Scalar, at: number): string {
  if (shape.size === 8) return readLong(shape, at / 4);
  const { array, index } = place(shape, at);
  const value = `${array}[${index}]`;
  if (shape.meaning === 'tcp_state') return `tcpState(${value})`;
  return shape.kind === 'bool' || shape.meaning === 'flag' ? `${value} !== 0` : value;
}

function readLong({ kind, meaning }: Scalar, word: number): string {
  const low = `view.u32[${plus('w', word)}]`;
  const high = `view.${kind === 'int' ? 'i32' : 'u32'}[${plus('w', word + 1)}]`;
  switch (meaning) {
    case 'address':
      return `hex(${low}, ${high})`;
    case 'cgroup_id':
    case 'cookie':
      return `decimal(${low}, ${high})`;
    default:
      return `${low} + ${high} * 4294967296`;
  }
}

/** The typed array that has an integer of up to 4 bytes as one element, and its index there. */
export function place({ kind, size }: Scalar, at: number): { array: string; index: string } {
  const base = { 1: 'offset', 2: 'h', 4: 'w', 8: 'w' }[size];
  return { array: `view.${kind === 'int' ? 'i' : 'u'}${size * 8}`, index: plus(base, at / size) };
}
