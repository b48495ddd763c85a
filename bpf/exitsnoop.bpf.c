// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * exitsnoop: processes that end, why, and what they have cost.
 *
 * A process ends with its last thread, whichever that is. Its threads may exit
 * at the same time on many CPUs, so who the last one is must be found out.
 *
 * Not seen: what the process still uses while it is being taken down.
 */
#include "bounds.h"
#include "ring.h"
#include "task.h"

#define SIGNAL_GROUP_EXIT 0x00000004 /* include/linux/sched/signal.h */
#define PF_KTHREAD 0x00200000	     /* include/linux/sched.h */

#define THREADS_MAX 256 /* those that are summed up while they exit together */

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile bool per_thread = false;
const volatile bool only_failed = false;
const volatile __u32 page_size = 4096;

struct exit {
	struct task;
	duration_ns_t age;
	duration_ns_t cpu_time; /* as the scheduler counts it */
	duration_ns_t utime;	/* as the ticks have found it */
	duration_ns_t stime;
	bytes_t max_rss;
	__u32 wait_status; /* as wait(2) tells it */
	tail_path_t cgroup;
	char tail[];
};

const struct exit *exit_event __attribute__((unused));

enum { EXITS };

/* Whatever runs on a CPU, counted by the scheduler and by ticks. */
struct times {
	__u64 cpu;
	__u64 user;
	__u64 system;
};

static __always_inline void add_thread(struct times *sum, const struct task_struct *task)
{
	sum->cpu += BPF_CORE_READ(task, se.sum_exec_runtime);
	sum->user += BPF_CORE_READ(task, utime);
	sum->system += BPF_CORE_READ(task, stime);
}

/*
 * The times of all threads: of those that are gone, which the process has kept,
 * and of those that are still there. @returns zero if none of the latter has its
 * memory any more. A count would be one more thing for the verifier to follow.
 */
static __always_inline __u64 sum_threads(struct times *sum, const struct signal_struct *signal)
{
	const void *head =
		(void *)signal + bpf_core_field_offset(struct signal_struct, thread_head);
	const struct list_head *node = BPF_CORE_READ(signal, thread_head.next);
	__u64 memory = 0;
	__u32 i;

	sum->cpu = BPF_CORE_READ(signal, sum_sched_runtime);
	sum->user = BPF_CORE_READ(signal, utime);
	sum->system = BPF_CORE_READ(signal, stime);
	for (i = 0; i < THREADS_MAX && node && node != head; i++) {
		const struct task_struct *thread =
			(void *)node - bpf_core_field_offset(struct task_struct, thread_node);

		add_thread(sum, thread);
		memory |= (__u64)BPF_CORE_READ(thread, mm);
		node = BPF_CORE_READ(node, next);
	}
	return memory;
}

/* Whether no thread is left that has not begun to exit; up to v6.15 several may find it so. */
static __always_inline bool group_is_dead(const struct task_struct *task, const __u64 *args)
{
	if (bpf_core_field_exists(struct trace_event_raw_sched_process_exit, group_dead))
		return (bool)args[1];
	return BPF_CORE_READ(task, signal, live.counter) == 0;
}

/* The processes that were shown last. */
struct process {
	__u64 start;
	__u64 pid;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct process);
	__type(value, __u8);
} shown SEC(".maps");

/*
 * Of several threads that have found their process dead, one shows it: the first
 * one after all have let go of the memory, because the thread that was the last
 * one alive has noted the peak before that.
 */
static __always_inline bool is_to_show(const struct task_struct *task, __u64 memory)
{
	struct process process = {};
	__u8 yes = 1;

	if (bpf_core_field_exists(struct trace_event_raw_sched_process_exit, group_dead))
		return true;
	if (memory)
		return false;
	process.start = BPF_CORE_READ(task, group_leader, start_boottime);
	process.pid = bpf_get_current_pid_tgid() >> 32;
	return bpf_map_update_elem(&shown, &process, &yes, BPF_NOEXIST) == 0;
}

/* As wait_task_zombie() of kernel/exit.c has it. A kernel thread's status is no such one. */
static __always_inline __u32 wait_status(const struct task_struct *task)
{
	if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
		return 0;
	if (per_thread)
		return BPF_CORE_READ(task, exit_code);
	if (BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT)
		return BPF_CORE_READ(task, signal, group_exit_code);
	return BPF_CORE_READ(task, group_leader, exit_code);
}

static __always_inline int exited(const __u64 *args)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	__u32 status = wait_status(task);
	struct times times = {};
	struct exit *e;
	__u32 off;

	if (only_failed && !status)
		return 0;
	if (per_thread) {
		add_thread(&times, task);
	} else {
		if (!group_is_dead(task, args))
			return 0;
		if (!is_to_show(task, sum_threads(&times, BPF_CORE_READ(task, signal))))
			return 0;
	}
	e = begin(struct exit, EXITS);
	if (!e)
		return 0;
	if (!per_thread) {
		task = BPF_CORE_READ(task, group_leader);
		BPF_CORE_READ_STR_INTO(&e->comm, task, comm);
	}
	e->age = e->time - BPF_CORE_READ(task, start_boottime);
	e->cpu_time = times.cpu;
	e->utime = times.user;
	e->stime = times.system;
	e->max_rss = (__u64)BPF_CORE_READ(task, signal, maxrss) * page_size;
	e->wait_status = status;
	off = append_own_cgroup(EXITS, TAIL(struct exit));
	e->cgroup = off - TAIL(struct exit);
	send(e, at_most(off, TAIL(struct exit) + PATH_SPACE + PATH_NAME));
	return 0;
}

SEC("?tp_btf/sched_process_exit")
int exit_tp_btf(const __u64 *args)
{
	return exited(args);
}

SEC("?raw_tp/sched_process_exit")
int exit_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return exited(ctx->args);
}
