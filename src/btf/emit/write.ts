import { isReserved, type List, type Scalar, type Shape } from '../model.ts';
import { place, plus } from './read.ts';

const INDENT = '    ';

/** The statements that write `value` at byte `at` of the buffer. */
export function writeShape(shape: Shape, at: number, value: string): string[] {
  switch (shape.kind) {
    case 'struct':
      return shape.fields.flatMap((field) => {
        const start = at + field.offset;
        return isReserved(field)
          ? [zeros(start, field.shape.size)]
          : writeShape(field.shape, start, `${value}.${field.name}`);
      });
    case 'chars':
      return [`${INDENT}putChars(view, ${plus('offset', at)}, ${shape.size}, ${value});`];
    case 'list':
      return writeList(shape, at, value);
    default:
      return [writeScalar(shape, at, value)];
  }
}

function zeros(at: number, size: number): string {
  return `${INDENT}view.u8.fill(0, ${plus('offset', at)}, ${plus('offset', at + size)});`;
}

function writeList({ element, count, meaning }: List, at: number, value: string): string[] {
  if (meaning === 'ipaddr') return [`${INDENT}putIp(view, ${plus('offset', at)}, ${value});`];
  return [
    `${INDENT}putEach(${value}, ${count}, (each, i) => {`,
    `  ${element.size === 8 ? putLong(element, `${plus('w', at / 4)} + i * 2`, 'each') : assign(element, at, ' + i', 'each')}`,
    `${INDENT}});`,
  ];
}

function writeScalar(shape: Scalar, at: number, value: string): string {
  return shape.size === 8 ? putLong(shape, plus('w', at / 4), value) : assign(shape, at, '', value);
}

function putLong({ kind, meaning }: Scalar, index: string, value: string): string {
  if (meaning === 'address' || meaning === 'cgroup_id' || meaning === 'cookie') {
    return `${INDENT}putId(view, ${index}, ${value});`;
  }
  return `${INDENT}putLong(view, ${index}, ${kind === 'int' ? 's64' : 'u64'}(${value}));`;
}

function assign(shape: Scalar, at: number, step: string, value: string): string {
  const { array, index } = place(shape, at);
  const target = `${INDENT}${array}[${index}${step}]`;
  if (shape.meaning === 'tcp_state') return `${target} = tcpStateNumber(${value});`;
  const isBool = shape.kind === 'bool' || shape.meaning === 'flag';
  const check = `${shape.kind === 'int' ? 's' : 'u'}${shape.size * 8}`;
  return `${target} = ${isBool ? `${value} ? 1 : 0` : `${check}(${value})`};`;
}
