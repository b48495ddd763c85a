import type { ValueType } from './layout.ts';

/** How the bytes of a meaning are stored: a little-endian integer, characters, or sixteen address bytes. */
export type Storage = 'u8' | 'u16' | 'u32' | 's32' | 'u64' | 'char[16]' | 'u8[16]';

interface MeaningSpec {
  readonly storage: Storage;
  readonly type: ValueType;
  /** Unit and form of the value in TypeScript. */
  readonly doc: string;
}

/** What the typedefs of bpf/include/types.h mean, by their C names without `_t`. */
export const MEANINGS = {
  comm: { storage: 'char[16]', type: 'string', doc: "a task's name" },
  time_ns: { storage: 'u64', type: 'int', doc: 'nanoseconds since boot (CLOCK_BOOTTIME)' },
  duration_ns: { storage: 'u64', type: 'int', doc: 'nanoseconds' },
  bytes: { storage: 'u64', type: 'int', doc: 'bytes' },
  uid: { storage: 'u32', type: 'int', doc: 'user id' },
  gid: { storage: 'u32', type: 'int', doc: 'group id' },
  pid: { storage: 's32', type: 'int', doc: 'process or thread id' },
  errno: { storage: 's32', type: 'int', doc: '0 or a negative errno' },
  port: { storage: 'u16', type: 'int', doc: 'port number' },
  ifindex: { storage: 'u32', type: 'int', doc: 'network interface index' },
  netns: { storage: 'u32', type: 'int', doc: 'inode number of a network namespace' },
  tcp_state: { storage: 'u8', type: 'string', doc: 'state of a TCP connection' },
  flag: { storage: 'u8', type: 'bool', doc: 'yes or no' },
  // These three do not fit a number, and nobody calculates with them.
  cgroup_id: { storage: 'u64', type: 'string', doc: 'cgroup id, decimal' },
  cookie: { storage: 'u64', type: 'string', doc: 'socket cookie, decimal' },
  address: { storage: 'u64', type: 'string', doc: 'memory address, hexadecimal' },
  // IPv4 is stored as IPv4-mapped IPv6: RFC 4291, 2.5.5.2.
  ipaddr: { storage: 'u8[16]', type: 'string', doc: 'IPv4 or IPv6 address (RFC 5952)' },
  // Lengths in bytes of the pieces of a record's variable tail.
  tail_str: { storage: 'u32', type: 'string', doc: 'text' },
  tail_argv: { storage: 'u32', type: 'strings', doc: 'arguments' },
  tail_path: { storage: 'u32', type: 'string', doc: 'path' },
  tail_stack: { storage: 'u32', type: 'strings', doc: 'return addresses from the innermost frame on, hexadecimal' },
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
