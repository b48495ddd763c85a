// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Maps of every type that is read from user space, and a program that fills some. */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile pid_t target = 0;
const volatile bool enabled = false;
const volatile __s8 tiny = -1;
const volatile __u64 huge = 1;
const volatile char word[8] = "none";
const volatile __u32 list[3] = { 1, 2, 3 };

struct flow {
	ipaddr_t address;
	port_t port;
	__u16 family;
};

struct traffic {
	bytes_t bytes;
	__u32 packets;
	__u32 reserved;
};

struct prefix {
	__u32 length;
	__u8 address[4];
};

struct constants {
	__u64 huge;
	__s64 tiny;
	__u32 list[3];
	flag_t enabled;
	char word[8];
	__u8 reserved[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow);
	__type(value, struct traffic);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 64);
	__type(key, __u64);
	__type(value, __u64);
} recent SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} by_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, __u32);
} prefixes SEC(".maps");

struct stack {
	__u64 frames[127];
};

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct stack);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct constants);
} seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("raw_tp/sys_enter")
int on_syscall(struct bpf_raw_tracepoint_args *ctx)
{
	struct constants constants = {};
	__u32 zero = 0, one = 1;
	__u64 *slot;

	if (bpf_get_current_pid_tgid() >> 32 != target)
		return 0;
	slot = bpf_map_lookup_elem(&slots, &one);
	if (slot)
		(*slot)++;
	bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK | BPF_F_REUSE_STACKID);
	constants.huge = huge;
	constants.tiny = tiny;
	constants.enabled = enabled;
	for (int i = 0; i < 3; i++)
		constants.list[i] = list[i];
	for (int i = 0; i < 8; i++)
		constants.word[i] = word[i];
	bpf_map_update_elem(&seen, &zero, &constants, BPF_ANY);
	return 0;
}
