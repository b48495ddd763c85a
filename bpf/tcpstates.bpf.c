// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * tcpstates: how TCP sockets change their state, and how long they were in each.
 *
 * Not seen: TIME_WAIT, where a smaller structure takes the socket's place, which
 * is shown as closed then; nor a handshake that is not complete, which is no
 * socket yet.
 */
#include "net-target.h"
#include "ring.h"
#include "sock-owner.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct change {
	struct endpoints;
	struct owner;
	time_ns_t time;
	duration_ns_t duration; /* in the old state; 0: not known */
	address_t skaddr;
	tcp_state_t oldstate;
	tcp_state_t newstate;
	__u8 reserved[6];
};

const struct change *change_event __attribute__((unused));

/* When a socket, by its address, came into the state that it is in. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, time_ns_t);
} since SEC(".maps");

/* How long it was in its old state; from now on it is in another one. */
static __always_inline duration_ns_t end_state(const struct sock *sk, time_ns_t now, int newstate)
{
	__u64 key = (__u64)sk;
	const time_ns_t *began = bpf_map_lookup_elem(&since, &key);
	duration_ns_t duration = began ? now - *began : 0;

	if (newstate == TCP_CLOSE)
		bpf_map_delete_elem(&since, &key);
	else
		bpf_map_update_elem(&since, &key, &now, BPF_ANY);
	return duration;
}

static __always_inline int changed(const struct sock *sk, int oldstate, int newstate)
{
	time_ns_t now = bpf_ktime_get_boot_ns();
	const struct owner *owner;
	struct endpoints at = {};
	duration_ns_t duration;
	struct change *e;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return 0;
	duration = end_state(sk, now, newstate);
	owner = find_owner(sk);
	if (!is_target_owner(owner))
		return 0;
	read_endpoints(&at, sk);
	if (!is_target_connection(&at))
		return 0;
	e = reserve(struct change);
	if (!e)
		return 0;
	__builtin_memcpy(endpoints_of(e), &at, sizeof(at));
	put_owner(owner_of(e), owner);
	e->time = now;
	e->duration = duration;
	e->skaddr = (__u64)sk;
	e->oldstate = oldstate;
	e->newstate = newstate;
	submit(e);
	return 0;
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(changed_tp_btf, const struct sock *sk, int oldstate, int newstate)
{
	return AS_FIRST(TWIN_STATES, changed(sk, oldstate, newstate));
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(changed_tp_btf_twin, const struct sock *sk, int oldstate, int newstate)
{
	return AS_TWIN(TWIN_STATES, changed(sk, oldstate, newstate));
}

SEC("?raw_tp/inet_sock_set_state")
int changed_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return AS_FIRST(TWIN_STATES, changed((void *)ctx->args[0], ctx->args[1], ctx->args[2]));
}

SEC("?raw_tp/inet_sock_set_state")
int changed_raw_tp_twin(struct bpf_raw_tracepoint_args *ctx)
{
	return AS_TWIN(TWIN_STATES, changed((void *)ctx->args[0], ctx->args[1], ctx->args[2]));
}
