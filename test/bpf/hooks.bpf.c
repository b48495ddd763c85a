// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One program for each way of attaching; each counts how often it ran. */
#include "iter.h"
#include "syscall.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#if defined(__TARGET_ARCH_x86)
#define SYSCALL_UMASK 95
#else
#define SYSCALL_UMASK 166
#endif

const volatile pid_t target = 0;

enum hook {
	KPROBE,
	KRETPROBE,
	FENTRY,
	FEXIT,
	TRACEPOINT,
	RAW_TRACEPOINT,
	TP_BTF,
	UPROBE,
	URETPROBE,
	PERF_EVENT,
	XDP,
	TC,
	CGROUP,
	ITER_TASK,
	ITER_MAP,
	LSM,
	HOOKS,
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, HOOKS);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

static __always_inline void hit(__u32 hook)
{
	__u64 *count = bpf_map_lookup_elem(&hits, &hook);

	if (count)
		__sync_fetch_and_add(count, 1);
}

static __always_inline int hit_by_target(__u32 hook)
{
	if (bpf_get_current_pid_tgid() >> 32 == target)
		hit(hook);
	return 0;
}

/* vfs_open: called for every open() since v2.6, never inlined */
SEC("?kprobe/vfs_open")
int on_kprobe(void *ctx)
{
	return hit_by_target(KPROBE);
}

SEC("?kretprobe/vfs_open")
int on_kretprobe(void *ctx)
{
	return hit_by_target(KRETPROBE);
}

SEC("?fentry/vfs_open")
int on_fentry(void *ctx)
{
	return hit_by_target(FENTRY);
}

SEC("?fexit/vfs_open")
int on_fexit(void *ctx)
{
	return hit_by_target(FEXIT);
}

SEC("?tracepoint/syscalls/sys_enter_umask")
int on_tracepoint(void *ctx)
{
	return hit_by_target(TRACEPOINT);
}

/* threads of the target make system calls of their own accord, but not this one */
static __always_inline int hit_by_umask(__u32 hook, const struct pt_regs *regs)
{
	return SYSCALL_NR(regs) == SYSCALL_UMASK ? hit_by_target(hook) : 0;
}

SEC("?raw_tp/sys_enter")
int on_raw_tracepoint(struct bpf_raw_tracepoint_args *ctx)
{
	return hit_by_umask(RAW_TRACEPOINT, (void *)ctx->args[0]);
}

SEC("?tp_btf/sys_enter")
int BPF_PROG(on_tp_btf, const struct pt_regs *regs)
{
	return hit_by_umask(TP_BTF, regs);
}

SEC("?uprobe")
int on_uprobe(void *ctx)
{
	return hit_by_target(UPROBE);
}

SEC("?uretprobe")
int on_uretprobe(void *ctx)
{
	return hit_by_target(URETPROBE);
}

SEC("?perf_event")
int on_perf_event(void *ctx)
{
	return hit_by_target(PERF_EVENT);
}

SEC("?xdp")
int on_xdp(void *ctx)
{
	hit(XDP);
	return XDP_PASS;
}

SEC("?tc")
int on_tc(void *ctx)
{
	hit(TC);
	return -1; /* TCX_NEXT */
}

SEC("?cgroup_skb/egress")
int on_cgroup(void *ctx)
{
	hit(CGROUP);
	return 1;
}

SEC("?iter/task")
int on_task(struct task_walk *ctx)
{
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	hit(ITER_TASK);
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d %d\n", task->tgid, task->pid);
	return 0;
}

SEC("?iter/bpf_map_elem")
int on_map(struct map_walk *ctx)
{
	__u32 *key = ctx->key;
	__u64 *value = ctx->value;

	if (!key || !value)
		return 0;
	hit(ITER_MAP);
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d %d\n", *key, *value);
	return 0;
}

SEC("?lsm/file_open")
int on_lsm(void *ctx)
{
	return hit_by_target(LSM);
}
