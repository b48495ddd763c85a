// Makes BTF, so that the reader can be shown what no compiler would write.

import { stringTable } from './string-table.ts';

type Word = number;
/** name, type, offset in bits, and width in bits of a bitfield */
export type MemberSpec = readonly [name: string, type: number, bitOffset: number, bits?: number];

/** Each function adds a type and returns its id. */
export type BtfBuilder = ReturnType<typeof btfBuilder>;

export function btfBuilder() {
  const words: Word[] = [];
  const strings = stringTable();
  let last = 0;

  function add(
    kind: number,
    name: string,
    operand: number,
    rest: readonly Word[] = [],
    length = 0,
    flag = false,
  ): number {
    words.push(strings.offset(name), (flag ? 0x80000000 : 0) + kind * 0x1000000 + length, operand, ...rest);
    last += 1;
    return last;
  }

  function composite(kind: number) {
    return (name: string, size: number, members: readonly MemberSpec[]) => {
      const flag = members.some(([, , , bits]) => bits);
      const rest = members.flatMap(([each, type, offset, bits = 0]) => [
        strings.offset(each),
        type,
        bits * 0x1000000 + offset,
      ]);
      return add(kind, name, size, rest, members.length, flag);
    };
  }

  const builder = {
    raw: add,
    int: (name: string, size: number, encoding = 0, bits = size * 8) =>
      add(1, name, size, [encoding * 0x1000000 + bits]),
    ptr: (type: number) => add(2, '', type),
    array: (element: number, count: number) => add(3, '', 0, [element, 0, count]),
    struct: composite(4),
    union: composite(5),
    enum: (name: string, values: readonly (readonly [name: string, value: number])[]) =>
      add(
        6,
        name,
        4,
        values.flatMap(([each, value]) => [strings.offset(each), value]),
        values.length,
      ),
    typedef: (name: string, type: number) => add(8, name, type),
    volatile: (type: number) => add(9, '', type),
    const: (type: number) => add(10, '', type),
    var: (name: string, type: number) => add(14, name, type, [1]),
    datasec: (name: string, vars: readonly number[]) =>
      add(
        15,
        name,
        0,
        vars.flatMap((id) => [id, 0, 0]),
        vars.length,
      ),
    float: (name: string, size: number) => add(16, name, size),
    /** A map like __uint(type, type) and __uint(max_entries, entries) make it. */
    map: (name: string, type: number, entries: number, types: Readonly<Record<string, number>> = {}) => {
      const uint = (value: number) => builder.ptr(builder.array(0, value));
      const members: [string, number][] = [
        ['type', uint(type)],
        ['max_entries', uint(entries)],
      ];
      for (const [key, id] of Object.entries(types)) members.push([key, builder.ptr(id)]);
      const struct = builder.struct(
        '',
        members.length * 8,
        members.map(([key, id], i) => [key, id, i * 64]),
      );
      return builder.var(name, struct);
    },
    /** The .BTF section. */
    bytes(): Buffer {
      const types = Buffer.from(Uint32Array.from(words).buffer);
      const text = strings.bytes();
      const head = Buffer.alloc(24);
      head.writeUInt32LE(0x0001eb9f, 0);
      for (const [i, value] of [24, 0, types.length, types.length, text.length].entries()) {
        head.writeUInt32LE(value, 4 + i * 4);
      }
      return Buffer.concat([head, types, text]);
    },
  };
  return builder;
}
