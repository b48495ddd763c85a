// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Programs that no kernel loads, each for another reason. */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile __u32 steps = 0;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

/* the value may be missing, and that is not checked */
SEC("?raw_tp/sys_enter")
int unchecked(void *ctx)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	*count += 1;
	return 0;
}

/* the same behind a loop that the verifier walks through: a megabyte of log */
SEC("?raw_tp/sys_enter")
int talkative(void *ctx)
{
	__u32 key = 0;
	__u64 *count;

	for (__u64 i = 0; i < 2000; i++)
		key += bpf_ktime_get_ns() & i;
	count = bpf_map_lookup_elem(&counts, &key);
	*count += 1;
	return 0;
}

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct___none {
	int no_such_field;
};
#pragma clang attribute pop

/* a field that no kernel has */
SEC("?raw_tp/sys_enter")
int relocated(void *ctx)
{
	struct task_struct___none *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, no_such_field);
}

/* a function that no kernel has */
SEC("?fentry/no_such_function")
int unknown(void *ctx)
{
	return 0;
}

/* nothing wrong: the neighbour of those above */
SEC("?raw_tp/sys_enter")
int accepted(void *ctx)
{
	return 0;
}
