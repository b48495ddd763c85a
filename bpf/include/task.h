/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What many tools want to know of a task. */
#ifndef EBPF_KIT_TASK_H
#define EBPF_KIT_TASK_H

#include "kernel.h"

/* The process's id as it knows it itself: in its own PID namespace. */
static __always_inline pid_t namespace_pid(const struct task_struct *task)
{
	const struct pid *pid = BPF_CORE_READ(task, group_leader, thread_pid);
	unsigned int level = BPF_CORE_READ(pid, level);
	const void *upid = (void *)pid + bpf_core_field_offset(struct pid, numbers) +
			   level * bpf_core_type_size(struct upid);

	return BPF_CORE_READ((const struct upid *)upid, nr);
}

#endif
