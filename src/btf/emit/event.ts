import type { EventModel, Field, Struct } from '../model.ts';
import { indexes, plus, readStruct } from './read.ts';
import { braces, camel, objectProperty, pascal, quoted } from './text.ts';
import { exported, tailPieces, valueType } from './types.ts';

/** The name of an event's constant in the generated file. */
export function eventConst(name: string): string {
  return `${camel(name)}Event`;
}

/** The layout of an event, with its decoder. */
export function emitEvent({ name, map, struct }: EventModel): string {
  const size = struct.tail ?? struct.size;
  const value = readStruct(struct, 0, '    ');
  const marks = tailMarks(struct);
  return [
    `const ${eventConst(name)}: EventLayout<${pascal(struct.name)}> = {`,
    `  map: ${quoted(map)},`,
    `  size: ${size},`,
    `  fields: ${braces('  ', exported(struct).map(fieldLine))},`,
    '  decode(view, offset, length) {',
    `    if (length < ${size}) throw shortRecord(${quoted(struct.name)}, length, ${size});`,
    ...indexes(value + marks.join('\n')),
    ...marks,
    `    return ${value};`,
    '  },',
    '};',
  ].join('\n');
}

function fieldLine({ name, shape }: Field): string {
  const meaning = shape.kind === 'struct' ? 'plain' : shape.meaning;
  const members = [`meaning: ${quoted(meaning)}`, `type: ${quoted(valueType(shape))}`, `get: (e) => e.${name}`];
  return objectProperty('    ', name, members);
}

/** Where the pieces of the tail begin and end; a length that reaches beyond the record ends with it. */
function tailMarks(struct: Struct): string[] {
  if (struct.tail === undefined) return [];
  return [
    '    const end = offset + length;',
    `    const t0 = ${plus('offset', struct.tail)};`,
    ...tailPieces(struct).map(
      ({ offset }, i) => `    const t${i + 1} = Math.min(t${i} + view.u32[${plus('w', offset / 4)}], end);`,
    ),
  ];
}
