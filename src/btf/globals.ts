import type { Elf } from './elf.ts';
import { ObjectError } from './errors.ts';
import type { ConstantModel, EventModel, MapModel, ObjectModel, Shape } from './model.ts';
import { resolve } from './resolve.ts';
import { shapeOf } from './shape.ts';
import type { Btf } from './types.ts';
import { byName, offsetOf, type Variable, variablesOf } from './variables.ts';

/** The `const volatile` globals; other constants were folded into the instructions by the compiler. */
export function readConstants(btf: Btf, elf: Elf): ConstantModel[] {
  return variablesOf(btf, '.rodata')
    .filter(({ type }) => isConstVolatile(btf, type))
    .map(({ name, type }) => {
      const where = `constant '${name}'`;
      const form = constantForm(shapeOf(btf, type, where), where);
      return { name, offset: offsetOf(elf, '.rodata', name), ...form };
    });
}

/** The qualifiers of an array are those of its elements. */
function isConstVolatile(btf: Btf, id: number): boolean {
  const { type, isConst, isVolatile } = resolve(btf, id);
  return (isConst && isVolatile) || (type.kind === 'array' && isConstVolatile(btf, type.element));
}

function constantForm(shape: Shape, where: string): Pick<ConstantModel, 'size' | 'kind' | 'count'> {
  switch (shape.kind) {
    case 'chars':
      return { size: shape.size, kind: 'string', count: 1 };
    case 'list':
      return { ...constantForm(shape.element, where), count: shape.count };
    case 'struct':
      throw new ObjectError(`${where} is a struct: use one constant for each of its fields`);
    default:
      return { size: shape.size, kind: shape.meaning === 'flag' ? 'bool' : shape.kind, count: 1 };
  }
}

/** The counter of lost events, `__u64 lost`. */
export function readLost(btf: Btf, elf: Elf): ObjectModel['lost'] {
  const lost = variablesOf(btf, '.bss').find(({ name }) => name === 'lost');
  if (!lost) return undefined;
  const shape = shapeOf(btf, lost.type, "variable 'lost'");
  if (shape.kind !== 'uint' || shape.size !== 8) throw new ObjectError("variable 'lost' must be __u64");
  return { offset: offsetOf(elf, '.bss', 'lost') };
}

/**
 * The exported event structs. An anchor, a pointer to a const struct whose name ends in `_event`, keeps such a
 * struct in BTF; its ring is the map `<event>_events`, or `events` where there is one for all.
 */
export function readEvents(btf: Btf, maps: readonly MapModel[]): EventModel[] {
  const anchors = btf.types.filter((type): type is Variable & { kind: 'var' } => type.kind === 'var').filter(isAnchor);
  const events = anchors.flatMap(({ name: anchor, type: id }) => {
    const target = pointedConst(btf, id);
    if (target === undefined) return [];
    const name = anchor.slice(0, -'_event'.length);
    const struct = shapeOf(btf, target, `event '${name}'`);
    return struct.kind === 'struct' ? [{ name, map: ringOf(name, maps), struct }] : [];
  });
  const shared = events.find(({ map }, i) => events.findIndex((other) => other.map === map) !== i);
  if (shared) throw new ObjectError(`map '${shared.map}' would carry more than one event: nothing tells them apart`);
  return events.sort(byName);
}

function isAnchor({ name }: Variable): boolean {
  return name.endsWith('_event');
}

function pointedConst(btf: Btf, id: number): number | undefined {
  const { type } = resolve(btf, id);
  if (type.kind !== 'ptr') return undefined;
  const target = resolve(btf, type.type);
  return target.isConst && target.type.kind === 'struct' ? type.type : undefined;
}

function ringOf(event: string, maps: readonly MapModel[]): string {
  const rings = maps.filter(({ kind }) => kind === 'ringbuf').map(({ name }) => name);
  const ring = [`${event}_events`, 'events'].find((name) => rings.includes(name));
  if (!ring) throw new ObjectError(`event '${event}' has no ring buffer: name one 'events' or '${event}_events'`);
  return ring;
}
