import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const SWITCH = '/proc/sys/kernel/bpf_stats_enabled';

/** What the BPF programs of a process have cost. */
export interface BpfCost {
  /** Runs of those that see packets, and the mean time of one, ns. */
  readonly packets: number;
  readonly perPacket: number;
  /** Of all programs, ms. */
  readonly total: number;
}

interface Stats {
  readonly kind: number;
  readonly time: number;
  readonly runs: number;
}

/** BPF_PROG_TYPE_CGROUP_SKB of include/uapi/linux/bpf.h. */
const CGROUP_SKB = 8;

/** Has the kernel measure BPF programs while something happens, as it does not otherwise: that costs some 50 ns a run. */
export async function bpfCost(pid: number, happen: () => Promise<unknown>): Promise<BpfCost> {
  const setting = readFileSync(SWITCH, 'utf8');
  writeFileSync(SWITCH, '1');
  try {
    const before = sum(programsOf(pid));
    await happen();
    const after = sum(programsOf(pid));
    const packets = after.packets - before.packets;
    return {
      packets,
      perPacket: (after.packetTime - before.packetTime) / packets,
      total: (after.time - before.time) / 1e6,
    };
  } finally {
    writeFileSync(SWITCH, setting);
  }
}

function sum(programs: readonly Stats[]) {
  const all = { time: 0, packets: 0, packetTime: 0 };
  for (const { kind, time, runs } of programs) {
    all.time += time;
    if (kind !== CGROUP_SKB) continue;
    all.packets += runs;
    all.packetTime += time;
  }
  return all;
}

/** By their descriptors. */
function programsOf(pid: number): readonly Stats[] {
  return readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
    const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(info)?.[1]);
    return /^prog_type:/m.test(info)
      ? [{ kind: field('prog_type'), time: field('run_time_ns'), runs: field('run_cnt') }]
      : [];
  });
}
