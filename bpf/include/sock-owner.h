/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which process a TCP socket belongs to: the one that was inside a call on it
 * last, be it connect, a read or close. Packets and timers come while a stranger
 * is the current task, so what they bring is told of the owner noted before. Of a
 * socket that is older than the run it is one who holds it open, until somebody is
 * inside a call on it.
 *
 * A tool adds `ownerPlan` to its own plan. Its observations come first, so that
 * a hook of the tool's own at the same place finds the owner noted.
 */
#ifndef EBPF_KIT_SOCK_OWNER_H
#define EBPF_KIT_SOCK_OWNER_H

#include "iter.h"
#include "owner.h"
#include "sock.h"
#include "twin.h"

#include <asm-generic/errno.h>

/*
 * By the socket's address. Never cleaned: a socket's memory is used again, but
 * the next one there is noted anew, or forgotten when a handshake makes it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct owner);
} owners SEC(".maps");

/* The owner that is known of a socket, or NULL. */
static __always_inline const struct owner *find_owner(const struct sock *sk)
{
	__u64 key = (__u64)sk;

	return bpf_map_lookup_elem(&owners, &key);
}

/* Copy it; a socket whose owner is not known keeps pid 0. */
static __always_inline void put_owner(struct owner *to, const struct owner *owner)
{
	if (owner)
		__builtin_memcpy(to, owner, sizeof(*to));
}

static __always_inline bool is_target_owner(const struct owner *owner)
{
	return !has_task_target() || (owner && owner->_is_target);
}

static __always_inline int note_owner(const struct sock *sk)
{
	const struct owner *known = find_owner(sk);
	__u64 key = (__u64)sk;
	struct owner owner = {};

	if (!is_in_call(sk))
		return 0;
	if (known && known->pid == (pid_t)(bpf_get_current_pid_tgid() >> 32) &&
	    known->_is_target == is_target())
		return 0;
	read_owner(&owner);
	bpf_map_update_elem(&owners, &key, &owner, BPF_ANY);
	return 0;
}

/*
 * A socket that a handshake makes may lie where another one was; and who kills one (tcp_abort(): ss
 * --kill) is not who uses it.
 */
static __always_inline int state_changes(const struct sock *sk, int new_state)
{
	__u64 key = (__u64)sk;

	if (new_state == TCP_CLOSE && BPF_CORE_READ(sk, sk_err) == ECONNABORTED)
		return 0;
	if (new_state == TCP_SYN_RECV)
		bpf_map_delete_elem(&owners, &key);
	return note_owner(sk);
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(owner_calls_tp_btf, const struct sock *sk, int old_state, int new_state)
{
	return AS_FIRST(TWIN_OWNERS, state_changes(sk, new_state));
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(owner_calls_tp_btf_twin, const struct sock *sk, int old_state, int new_state)
{
	return AS_TWIN(TWIN_OWNERS, state_changes(sk, new_state));
}

SEC("?raw_tp/inet_sock_set_state")
int owner_calls_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return AS_FIRST(TWIN_OWNERS, state_changes((void *)ctx->args[0], ctx->args[2]));
}

SEC("?raw_tp/inet_sock_set_state")
int owner_calls_raw_tp_twin(struct bpf_raw_tracepoint_args *ctx)
{
	return AS_TWIN(TWIN_OWNERS, state_changes((void *)ctx->args[0], ctx->args[2]));
}

/* Called by those who read, after data was copied to them. */
SEC("?tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(owner_reads_tp_btf, const struct sock *sk)
{
	return note_owner(sk);
}

SEC("?raw_tp/tcp_rcv_space_adjust")
int owner_reads_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return note_owner((void *)ctx->args[0]);
}

/* The TCP socket that an open file is, or NULL. Its holder becomes its owner, if it has none. */
static __always_inline const struct sock *note_holder(const struct task_file_walk *at)
{
	const struct task_struct *task = at->task;
	const struct file *file = at->file;
	struct owner owner = {};
	const struct sock *sk;
	__u64 key;

	if (!task || !file)
		return NULL;
	sk = sock_of_file(file);
	if (!sk || !is_tcp(sk) || is_closed(sk))
		return NULL;
	key = (__u64)sk;
	read_owner_task(&owner, task);
	bpf_map_update_elem(&owners, &key, &owner, BPF_NOEXIST);
	return sk;
}

/* Runs over all open files once, when the calls are being noted already: those know better. */
SEC("?iter/task_file")
int holders_iter(struct task_file_walk *ctx)
{
	note_holder(ctx);
	return 0;
}

#endif
