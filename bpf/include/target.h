/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which tasks a tool watches, decided in the kernel. The constants are set before load, so a filter
 * that is not used costs nothing.
 */
#ifndef EBPF_KIT_TARGET_H
#define EBPF_KIT_TARGET_H

#include "kernel.h"
#include "tree.h"

const volatile pid_t target_pid = 0; /* process; 0: any */
const volatile pid_t target_tid = 0; /* thread; 0: any */
const volatile bool target_by_uid = false;
const volatile uid_t target_uid = 0;
const volatile bool target_by_cgroup = false;	 /* the one in target_cgroup[0], with its subtree */
const volatile cgroup_id_t target_cgroup_id = 0; /* the same one */

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} target_cgroup SEC(".maps");

/* Whether it matters whose something is. */
static __always_inline bool has_task_target(void)
{
	return target_pid || target_tid || target_by_uid || target_by_cgroup || target_by_tree;
}

/* Is the current one such? */
static __always_inline bool is_target(void)
{
	__u64 ids;

	if (!has_task_target())
		return true;
	ids = bpf_get_current_pid_tgid();
	if (target_pid && (pid_t)(ids >> 32) != target_pid)
		return false;
	if (target_tid && (pid_t)ids != target_tid)
		return false;
	if (target_by_uid && (uid_t)bpf_get_current_uid_gid() != target_uid)
		return false;
	if (target_by_tree && !is_in_tree(ids >> 32))
		return false;
	if (target_by_cgroup && bpf_current_task_under_cgroup(&target_cgroup, 0) != 1)
		return false;
	return true;
}

#define CGROUP_DEPTH 64

/* Whether a cgroup is the one with this id, or below it. */
static __always_inline bool is_below_cgroup(const struct cgroup *cgroup, cgroup_id_t id)
{
	const struct kernfs_node *node = BPF_CORE_READ(cgroup, kn);
	int i;

	for (i = 0; i < CGROUP_DEPTH && node; i++) {
		if (BPF_CORE_READ(node, id) == id)
			return true;
		node = kernfs_parent(node);
	}
	return false;
}

/* What bpf_current_task_under_cgroup() says of the current task. */
static __always_inline bool is_under_target_cgroup(const struct task_struct *task)
{
	return is_below_cgroup(BPF_CORE_READ(task, cgroups, dfl_cgrp), target_cgroup_id);
}

/* Is this one such? For iterators, where the current task is the tool itself. */
static __always_inline bool is_target_task(const struct task_struct *task)
{
	if (target_pid && BPF_CORE_READ(task, tgid) != target_pid)
		return false;
	if (target_tid && BPF_CORE_READ(task, pid) != target_tid)
		return false;
	if (target_by_uid && BPF_CORE_READ(task, cred, uid.val) != target_uid)
		return false;
	if (target_by_tree && !is_in_tree(BPF_CORE_READ(task, tgid)))
		return false;
	return !target_by_cgroup || is_under_target_cgroup(task);
}

#endif
