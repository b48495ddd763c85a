/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A system call's arguments, kept from its entry to its return: for the
 * tracepoints of single calls, of which only the first one knows the arguments.
 */
#ifndef EBPF_KIT_CALL_H
#define EBPF_KIT_CALL_H

#include "kernel.h"

struct call {
	__u64 args[4];
};

/*
 * By task, because a thread that execs takes over the id of its process. A call
 * that never returns leaves its entry to be evicted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct call);
} calls SEC(".maps");

/* It is to be found when the current task returns from it. */
static __always_inline void keep_call(const struct call *call)
{
	__u64 task = bpf_get_current_task();

	bpf_map_update_elem(&calls, &task, call, BPF_ANY);
}

/* `count` is how many arguments the call has: the kernel refuses a program that reads more. */
static __always_inline int enter_call(const struct trace_event_raw_sys_enter *ctx, int count)
{
	struct call call = {};

	call.args[0] = ctx->args[0];
	call.args[1] = ctx->args[1];
	if (count > 2)
		call.args[2] = ctx->args[2];
	if (count > 3)
		call.args[3] = ctx->args[3];
	keep_call(&call);
	return 0;
}

/* The call that returns now; false where its entry was not seen. */
static __always_inline bool leave_call(struct call *call)
{
	__u64 task = bpf_get_current_task();
	struct call *entered = bpf_map_lookup_elem(&calls, &task);

	if (!entered)
		return false;
	*call = *entered;
	bpf_map_delete_elem(&calls, &task);
	return true;
}

#endif
