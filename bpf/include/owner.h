/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Whose something is: a task. */
#ifndef EBPF_KIT_OWNER_H
#define EBPF_KIT_OWNER_H

#include "current.h"
#include "target.h"

/* Lent to events by `struct owner;`. */
struct owner {
	cgroup_id_t cgroup_id;
	pid_t pid; /* 0: not known */
	pid_t tid;
	uid_t uid;
	comm_t comm;
	__u32 _is_target; /* of target.h */
};

#define owner_of(event) ((struct owner *)&(event)->cgroup_id)

/* The current task. */
static __always_inline void read_owner(struct owner *owner)
{
	read_current_by_calls(owner);
	owner->_is_target = is_target();
}

/* Another task, for iterators. */
static __always_inline void read_owner_task(struct owner *owner, const struct task_struct *task)
{
	owner->cgroup_id = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	owner->pid = BPF_CORE_READ(task, tgid);
	owner->tid = BPF_CORE_READ(task, pid);
	owner->uid = BPF_CORE_READ(task, cred, uid.val);
	BPF_CORE_READ_STR_INTO(&owner->comm, task, comm);
	owner->_is_target = is_target_task(task);
}

#endif
