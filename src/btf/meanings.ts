import type { ValueType } from './layout.ts';

/** How the bytes of a meaning are stored: a little-endian integer, characters, or sixteen address bytes. */
export type Storage = 'u8' | 'u16' | 'u32' | 's32' | 'u64' | 'char[16]' | 'u8[16]';

interface MeaningSpec {
  readonly storage: Storage;
  readonly type: ValueType;
}

/**
 * What the typedefs of bpf/include/types.h mean, by their C names without `_t`.
 *
 * - `comm`: a task's name; `time_ns`: nanoseconds since boot (CLOCK_BOOTTIME); `duration_ns`: nanoseconds; `bytes`: an amount
 * - `errno`: 0 or a negative errno; `port`: in host order; `flag`: a boolean
 * - `cgroup_id`, `cookie`: decimal strings, `address`: a hexadecimal string, because none of them fits a number
 * - `ipaddr`: an IPv6 address, or an IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2); canonical text (RFC 5952)
 * - `tail_str`, `tail_argv`, `tail_path`: the length in bytes of one piece of the record's variable tail:
 *   a string; NUL-terminated strings; a path's components from the leaf to the root, each NUL-terminated
 */
export const MEANINGS = {
  comm: { storage: 'char[16]', type: 'string' },
  time_ns: { storage: 'u64', type: 'int' },
  duration_ns: { storage: 'u64', type: 'int' },
  bytes: { storage: 'u64', type: 'int' },
  uid: { storage: 'u32', type: 'int' },
  gid: { storage: 'u32', type: 'int' },
  pid: { storage: 's32', type: 'int' },
  errno: { storage: 's32', type: 'int' },
  port: { storage: 'u16', type: 'int' },
  ifindex: { storage: 'u32', type: 'int' },
  flag: { storage: 'u8', type: 'bool' },
  cgroup_id: { storage: 'u64', type: 'string' },
  cookie: { storage: 'u64', type: 'string' },
  address: { storage: 'u64', type: 'string' },
  ipaddr: { storage: 'u8[16]', type: 'string' },
  tail_str: { storage: 'u32', type: 'string' },
  tail_argv: { storage: 'u32', type: 'strings' },
  tail_path: { storage: 'u32', type: 'string' },
} as const satisfies Readonly<Record<string, MeaningSpec>>;

/** A C typedef's name without its `_t`. */
export type NamedMeaning = keyof typeof MEANINGS;

/** What a field's bytes are: one of the typedefs with meaning, or a plain C type. */
export type Meaning = NamedMeaning | 'plain';

/** The meaning that a C typedef's name carries, if it is one of ours. */
export function meaningOf(typedefName: string): NamedMeaning | undefined {
  const name = typedefName.endsWith('_t') ? typedefName.slice(0, -2) : '';
  return Object.hasOwn(MEANINGS, name) ? (name as NamedMeaning) : undefined;
}
