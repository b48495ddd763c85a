// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Everything that TypeScript can know about an object, once. Built by hand into
 * sample-object.ts, which says how, so that its tests need no clang.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include "types.h"

typedef _Bool bool;

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum state { IDLE, BUSY = 7 };
enum balance { CREDIT = 1, DEBT = -1 };

struct endpoint {
	ipaddr_t addr;
	port_t port;
	__u16 reserved;
};

struct visit {
	time_ns_t time;
	pid_t pid;
	uid_t uid;
	errno_t ret;
	flag_t failed;
	__u8 tiny;
	__s16 half;
	comm_t comm;
	__s8 signs[4];
	char name[12];
	cookie_t cookie;
	address_t caller;
	struct endpoint peer;
	enum state state;
	enum balance balance;
	__u32 _pad;
	__s64 delta;
	__u64 total;
	__u32 slots[4];
	__u64 big[2];
	__s64 deltas[2];
	address_t stack[2];
	bool known;
	char two[2];
	comm_t odd_comm;
	__u8 reserved2;
	tail_path_t exe;
	tail_argv_t args;
	tail_str_t note;
	char tail[];
};

struct goodbye {
	pid_t pid;
	bytes_t bytes;
} __attribute__((packed));

struct flow {
	struct endpoint from;
	struct endpoint to;
	cookie_t cookie;
	__u8 proto;
	__u8 reserved[3];
} __attribute__((packed));

struct counts {
	__u64 packets;
	__s64 balance;
	__s16 moves[2];
	flag_t blocked;
	__u8 reserved[3];
	comm_t comm;
	address_t stack[2];
};

const struct visit *visit_event __attribute__((unused));
const struct goodbye *goodbye_event __attribute__((unused));
/* no anchors: a pointer to what is not const, and to what is no struct */
struct flow *flow_event __attribute__((unused));
const __u32 *number_event __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} goodbye_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow);
	__type(value, struct counts);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, address_t);
	__type(value, __u64[4]);
} histograms SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 10);
	__uint(key_size, 4);
	__uint(value_size, 127 * 8);
} stacks SEC(".maps");

const volatile uid_t target_uid = 5;
const volatile bool by_uid = 0;
const volatile flag_t verbose = 0;
const volatile __u64 min_ns = 0;
const volatile char prefix[16] = "";
const volatile __s32 ports[4] = {};
const volatile comm_t who = "";
const int folded = 4;
static const volatile __u16 hidden = 3;

__u64 other;
__u64 lost;

static __noinline int subprogram(int n)
{
	return n * folded + hidden + other;
}

__noinline int global_subprogram(int n)
{
	bpf_printk("a string in .rodata %d", n);
	return min_ns + prefix[n & 15] + ports[n & 3] + who[n & 15] + verbose;
}

SEC("?tracepoint/syscalls/sys_enter_execve")
int visit_enter(void *ctx)
{
	__sync_fetch_and_add(&lost, 1);
	return by_uid ? global_subprogram(target_uid) : subprogram(3);
}

SEC("kprobe")
int visit_kprobe(void *ctx)
{
	return 0;
}
