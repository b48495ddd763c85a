// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * One harmless program per way of attaching: doctor loads and attaches each for
 * a moment, because attaching is the only honest probe.
 */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* kernel_clone is called by every fork and never inlined; since v5.10, cad6967ac108 */
SEC("?kprobe/kernel_clone")
int probe_kprobe(void *ctx)
{
	return 0;
}

SEC("?fentry/kernel_clone")
int probe_fentry(void *ctx)
{
	return 0;
}

SEC("?tp_btf/sched_process_exec")
int probe_tp_btf(void *ctx)
{
	return 0;
}

SEC("?raw_tp/sched_process_exec")
int probe_raw_tp(void *ctx)
{
	return 0;
}

SEC("?tracepoint/sched/sched_process_exec")
int probe_tracepoint(void *ctx)
{
	return 0;
}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lsm_runs SEC(".maps");

/* reading the kernel log is rare, and 0 lets it happen */
SEC("?lsm/syslog")
int probe_lsm(void *ctx)
{
	__u32 key = 0;
	__u64 *runs = bpf_map_lookup_elem(&lsm_runs, &key);

	if (runs)
		__sync_fetch_and_add(runs, 1);
	return 0;
}

/* loaded only: no interface is touched */
SEC("?xdp")
int probe_xdp(struct xdp_md *ctx)
{
	return XDP_PASS;
}
