/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which tasks a tool watches, decided in the kernel: is the current one such? The constants are set
 * before load, so a filter that is not used costs nothing.
 */
#ifndef EBPF_KIT_TARGET_H
#define EBPF_KIT_TARGET_H

#include "kernel.h"

const volatile pid_t target_pid = 0; /* process; 0: any */
const volatile pid_t target_tid = 0; /* thread; 0: any */
const volatile bool target_by_uid = false;
const volatile uid_t target_uid = 0;
const volatile bool target_by_cgroup = false; /* the one in target_cgroup[0], with its subtree */

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} target_cgroup SEC(".maps");

/* Whether it matters whose something is. */
static __always_inline bool has_task_target(void)
{
	return target_pid || target_tid || target_by_uid || target_by_cgroup;
}

static __always_inline bool is_target(void)
{
	__u64 ids = bpf_get_current_pid_tgid();

	if (target_pid && (pid_t)(ids >> 32) != target_pid)
		return false;
	if (target_tid && (pid_t)ids != target_tid)
		return false;
	if (target_by_uid && (uid_t)bpf_get_current_uid_gid() != target_uid)
		return false;
	if (target_by_cgroup && bpf_current_task_under_cgroup(&target_cgroup, 0) != 1)
		return false;
	return true;
}

#endif
