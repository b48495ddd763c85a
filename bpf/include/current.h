/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the current task is. */
#ifndef EBPF_KIT_CURRENT_H
#define EBPF_KIT_CURRENT_H

#include "kernel.h"

/*
 * The current task, for programs that trace: the kernel vouches for its type, so that its fields
 * are read without a call. NULL before v5.11, 3ca1032ab7ab ("bpf: Implement get_current_task_btf
 * and RET_PTR_TO_BTF_ID").
 */
static __always_inline const struct task_struct *trusted_current(void)
{
	if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf))
		return NULL;
	return bpf_get_current_task_btf();
}

#define BYTES(byte) (byte * 0x0101010101010101ULL)

/* The bytes of a string in this word; those behind its end become zeros, as bpf_get_current_comm()
 * leaves them, and old kernels do not. */
static __always_inline __u64 string_word(__u64 word, bool *has_ended)
{
	__u64 zeros = (word - BYTES(0x01)) & ~word & BYTES(0x80);

	if (*has_ended)
		return 0;
	*has_ended = zeros;
	return zeros ? word & (zeros ^ (zeros - 1)) >> 8 : word;
}

static __always_inline void copy_comm(comm_t comm, const struct task_struct *task)
{
	const __u64 *from = (const __u64 *)task->comm;
	__u64 *to = (__u64 *)comm;
	bool has_ended = false;

	to[0] = string_word(from[0], &has_ended);
	to[1] = string_word(from[1], &has_ended);
}

/* An event's or owner's fields of these names. */
#define read_current(to)                                                                           \
	({                                                                                         \
		const struct task_struct *task_ = trusted_current();                               \
                                                                                                   \
		if (task_) {                                                                       \
			(to)->cgroup_id = task_->cgroups->dfl_cgrp->kn->id;                        \
			(to)->pid = task_->tgid;                                                   \
			(to)->tid = task_->pid;                                                    \
			(to)->uid = task_->cred->uid.val;                                          \
			copy_comm((to)->comm, task_);                                              \
		} else {                                                                           \
			read_current_by_calls(to);                                                 \
		}                                                                                  \
	})

/* The same for programs that do not trace. */
#define read_current_by_calls(to)                                                                  \
	({                                                                                         \
		__u64 ids_ = bpf_get_current_pid_tgid();                                           \
                                                                                                   \
		(to)->cgroup_id = bpf_get_current_cgroup_id();                                     \
		(to)->pid = ids_ >> 32;                                                            \
		(to)->tid = ids_;                                                                  \
		(to)->uid = bpf_get_current_uid_gid();                                             \
		bpf_get_current_comm((to)->comm, sizeof((to)->comm));                              \
	})

#endif
