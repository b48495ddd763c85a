import { stringToBytes } from '../btf/bytes.ts';
import type { ConstantLayout, ObjectLayout } from '../btf/layout.ts';
import type { ConstantValue, ConstantValues } from './types.ts';

/** Bytes to write into .rodata. */
export interface Patch {
  readonly name: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

/**
 * One patch per constant; those that are undefined are left out.
 * @throws RangeError for an unknown name or a value that does not fit, TypeError for one of another kind
 */
export function encodeConstants(layout: ObjectLayout, values: ConstantValues): Patch[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const constant = layout.constants[name];
    if (!constant) throw new RangeError(`${layout.name} has no constant ${name}`);
    return [{ name, offset: constant.offset, bytes: encodeConstant(name, constant, value) }];
  });
}

function encodeConstant(name: string, layout: ConstantLayout, value: ConstantValue): Buffer {
  if (layout.kind === 'string') return encodeString(name, layout, value);
  const values = Array.isArray(value) ? value : [value];
  if (values.length > layout.count) {
    throw new RangeError(`constant ${name}: ${values.length} values, it has ${layout.count}`);
  }
  const bytes = Buffer.alloc(layout.size * layout.count);
  for (const [i, element] of values.entries()) writeInteger(bytes, i * layout.size, name, layout, element);
  return bytes;
}

function encodeString(name: string, { size }: ConstantLayout, value: ConstantValue): Buffer {
  if (typeof value !== 'string') throw new TypeError(`constant ${name}: a string is needed, not ${typeof value}`);
  const text = stringToBytes(value);
  if (text.length >= size) throw new RangeError(`constant ${name}: longer than ${size - 1} bytes`);
  return Buffer.concat([text, Buffer.alloc(size - text.length)]);
}

function writeInteger(bytes: Buffer, at: number, name: string, layout: ConstantLayout, value: unknown): void {
  const { kind, size } = layout;
  const integer = typeof value === 'bigint' || typeof value === 'boolean' || Number.isInteger(value);
  if (!integer) throw new TypeError(`constant ${name}: an integer is needed, not ${JSON.stringify(value)}`);
  const wanted = BigInt(value as number | bigint | boolean);
  const bits = kind === 'bool' ? 1 : size * 8;
  const fitting = kind === 'int' ? BigInt.asIntN(bits, wanted) : BigInt.asUintN(bits, wanted);
  if (fitting !== wanted) throw new RangeError(`constant ${name}: ${wanted} does not fit into its ${bits} bits`);
  const unsigned = BigInt.asUintN(64, wanted);
  for (let i = 0; i < size; i++) bytes[at + i] = Number((unsigned >> BigInt(8 * i)) & 0xffn);
}
