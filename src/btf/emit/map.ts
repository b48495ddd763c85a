import type { MapModel, Shape } from '../model.ts';
import { indexes, readShape } from './read.ts';
import { braces, camel, quoted } from './text.ts';
import { typeName } from './types.ts';
import { writeShape } from './write.ts';

/** The codecs of a map's key and value. */
export function emitCodecs({ name, key, value }: MapModel): string[] {
  return [
    ...(key ? [emitCodec(`${camel(name)}Key`, key)] : []),
    ...(value ? [emitCodec(`${camel(name)}Value`, value)] : []),
  ];
}

/** The map's entry in the object's layout. */
export function mapEntry({ name, kind, maxEntries, key, value }: MapModel): string {
  return `    ${name}: ${braces('    ', [
    `      kind: ${quoted(kind)},`,
    `      maxEntries: ${maxEntries},`,
    ...(key ? [`      key: ${camel(name)}Key,`] : []),
    ...(value ? [`      value: ${camel(name)}Value,`] : []),
  ])},`;
}

function emitCodec(name: string, shape: Shape): string {
  const read = readShape(shape, 0, '    ');
  const write = writeShape(shape, 0, 'value');
  return [
    `const ${name}: Codec<${typeName(shape)}> = {`,
    `  size: ${shape.size},`,
    '  decode(view, offset) {',
    ...indexes(read),
    `    return ${read};`,
    '  },',
    '  encode(view, offset, value) {',
    ...indexes(write.join('\n')),
    ...write,
    '  },',
    '};',
  ].join('\n');
}
