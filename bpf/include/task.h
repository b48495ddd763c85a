/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What tools about processes tell of the current task. Their events begin with
 * `struct task;`, which lends its fields, and are built in scratch memory.
 */
#ifndef EBPF_KIT_TASK_H
#define EBPF_KIT_TASK_H

#include "current.h"
#include "path.h"
#include "scratch.h"
#include "target.h"

const volatile pid_t target_ppid = 0; /* only children of this process; 0: any */

struct task {
	time_ns_t time;
	cgroup_id_t cgroup_id;
	pid_t pid;
	pid_t tid;
	pid_t ppid;
	pid_t ns_pid;
	uid_t uid;
	__u32 cpu;
	comm_t comm;
	comm_t parent_comm;
	char tty[32];
};

/* The process's id as it knows it itself: in its own PID namespace. */
static __always_inline pid_t namespace_pid(const struct task_struct *task)
{
	const struct pid *pid = BPF_CORE_READ(task, group_leader, thread_pid);
	unsigned int level = BPF_CORE_READ(pid, level);
	const void *upid = (void *)pid + bpf_core_field_offset(struct pid, numbers) +
			   level * bpf_core_type_size(struct upid);

	return BPF_CORE_READ((const struct upid *)upid, nr);
}

static __always_inline void *begin_event(__u32 slot, __u64 size)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	const struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	pid_t ppid = BPF_CORE_READ(parent, tgid);
	struct task *t;

	if (target_ppid && ppid != target_ppid)
		return NULL;
	if (!is_target())
		return NULL;
	t = scratch_slot(slot);
	if (!t)
		return NULL;
	__builtin_memset(t, 0, size);
	t->time = bpf_ktime_get_boot_ns();
	read_current(t);
	t->ppid = ppid;
	t->ns_pid = namespace_pid(task);
	t->cpu = bpf_get_smp_processor_id();
	BPF_CORE_READ_STR_INTO(&t->parent_comm, parent, comm);
	BPF_CORE_READ_STR_INTO(&t->tty, task, signal, tty, name);
	return t;
}

/* A zeroed event of this type that tells of the current task; NULL if that is not to be watched. */
#define begin(type, slot) ((type *)begin_event(slot, sizeof(type)))

#endif
