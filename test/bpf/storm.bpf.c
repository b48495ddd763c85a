// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One numbered event per call of one system call by one of two processes: nothing can get lost
 * unseen. */
#include "kernel.h"
#include "ring.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile pid_t targets[2] = { 0, 0 };
const volatile __u32 syscall_nr = 0;

struct tick {
	__u64 seq; /* of this process, from 1; lost ones are counted, too */
	__u32 target;
	__u32 cpu;
};

const struct tick *tick_event __attribute__((unused));

__u64 wanted[2] = {};

SEC("raw_tp/sys_enter")
int tick_enter(struct bpf_raw_tracepoint_args *ctx)
{
	pid_t pid = bpf_get_current_pid_tgid() >> 32;
	__u32 target = pid == targets[1];
	struct tick *tick;
	__u64 seq;

	if (ctx->args[1] != syscall_nr || pid != targets[target])
		return 0;
	seq = ++wanted[target]; /* each has one thread */
	tick = reserve(struct tick);
	if (!tick)
		return 0;
	tick->seq = seq;
	tick->target = target;
	tick->cpu = bpf_get_smp_processor_id();
	submit(tick);
	return 0;
}
