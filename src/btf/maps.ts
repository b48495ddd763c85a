import { ObjectError } from './errors.ts';
import type { MapModel, Shape } from './model.ts';
import { resolve } from './resolve.ts';
import { shapeOf } from './shape.ts';
import type { Btf, Member } from './types.ts';
import { variablesOf } from './variables.ts';

/** BPF_MAP_TYPE_* in the order of the kernel's enum bpf_map_type, from 1. */
const KINDS = [
  'hash',
  'array',
  'prog_array',
  'perf_event_array',
  'percpu_hash',
  'percpu_array',
  'stack_trace',
  'cgroup_array',
  'lru_hash',
  'lru_percpu_hash',
  'lpm_trie',
  'array_of_maps',
  'hash_of_maps',
  'devmap',
  'sockmap',
  'cpumap',
  'xskmap',
  'sockhash',
  'cgroup_storage',
  'reuseport_sockarray',
  'percpu_cgroup_storage',
  'queue',
  'stack',
  'sk_storage',
  'devmap_hash',
  'struct_ops',
  'ringbuf',
  'inode_storage',
  'task_storage',
  'bloom_filter',
  'user_ringbuf',
  'cgrp_storage',
  'arena',
];

/** The maps of the `.maps` section, where __uint() is a pointer to an array of that length and __type() a pointer. */
export function readMaps(btf: Btf): MapModel[] {
  return variablesOf(btf, '.maps').map(({ name, type: id }) => {
    const { type } = resolve(btf, id);
    if (type.kind !== 'struct') throw new ObjectError(`map '${name}' is not defined by a struct`);
    const member = (key: string) => type.members.find((each) => each.name === key);
    const key = shapeBehind(btf, member('key'), `the key of map '${name}'`);
    const value = shapeBehind(btf, member('value'), `the value of map '${name}'`);
    return {
      name,
      kind: kindOf(name, numberIn(btf, member('type'))),
      maxEntries: numberIn(btf, member('max_entries')),
      keySize: key?.size ?? numberIn(btf, member('key_size')),
      valueSize: value?.size ?? numberIn(btf, member('value_size')),
      key,
      value,
    };
  });
}

function kindOf(name: string, type: number): string {
  const kind = KINDS[type - 1];
  if (!kind) throw new ObjectError(`map '${name}' is of the unknown type ${type}`);
  return kind;
}

function numberIn(btf: Btf, member: Member | undefined): number {
  const array = pointee(btf, member);
  const type = array === undefined ? undefined : resolve(btf, array).type;
  return type?.kind === 'array' ? type.count : 0;
}

function shapeBehind(btf: Btf, member: Member | undefined, where: string): Shape | undefined {
  const id = pointee(btf, member);
  if (id === undefined) return undefined;
  const shape = shapeOf(btf, id, where);
  if (shape.kind === 'struct' && shape.tail !== undefined) throw new ObjectError(`${where} has a variable tail`);
  return shape;
}

function pointee(btf: Btf, member: Member | undefined): number | undefined {
  const type = member && resolve(btf, member.type).type;
  return type?.kind === 'ptr' ? type.type : undefined;
}
