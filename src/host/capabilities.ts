import { readFileSync } from 'node:fs';

/** Numbers of include/uapi/linux/capability.h; just those that BPF programs need. */
const CAPABILITIES = {
  CAP_NET_ADMIN: 12,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_RESOURCE: 24,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
} as const;

export type Capability = keyof typeof CAPABILITIES;

/** The effective capabilities of this process, of those that matter here. */
export function capabilities(): ReadonlySet<Capability> {
  const [, hex] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const bits = BigInt(`0x${hex ?? '0'}`);
  const names = Object.keys(CAPABILITIES) as Capability[];
  return new Set(names.filter((name) => (bits >> BigInt(CAPABILITIES[name])) & 1n));
}

/** What loading and attaching tracing programs takes and this process lacks; CAP_SYS_ADMIN stands for all of it. */
export function lackingForTracing(): readonly Capability[] {
  const held = capabilities();
  if (held.has('CAP_SYS_ADMIN')) return [];
  return (['CAP_BPF', 'CAP_PERFMON'] as const).filter((name) => !held.has(name));
}
