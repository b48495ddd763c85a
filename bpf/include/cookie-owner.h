/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which process uses a socket, of any protocol, by the socket's cookie, which no other socket
 * ever gets: the one that was inside a call on it last. Until then, the one that has made it; of
 * an accepted one, the one that its listener belongs to; of one that is older than the run, one
 * that holds it open.
 *
 * A tool adds `cookieOwnerPlan` to its own plan, and has the packets that it meets call
 * know_older() and, where a handshake brings a new socket, inherit_owner().
 */
#ifndef EBPF_KIT_COOKIE_OWNER_H
#define EBPF_KIT_COOKIE_OWNER_H

#include "iter.h"
#include "owner.h"
#include "sock.h"
#include "syscall.h"

/* Never cleaned: no other socket gets the same cookie. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct owner);
} owners SEC(".maps");

/*
 * A socket gets its cookie when somebody asks for it: one that is older than the run may have
 * none. Until its first packet gives it one it is known by its address, which a later socket may
 * have again: but of that one the maker is noted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct owner);
} older_sockets SEC(".maps");

/* The owner that is known of the socket with this cookie, or NULL. */
static __always_inline const struct owner *find_owner(__u64 cookie)
{
	return bpf_map_lookup_elem(&owners, &cookie);
}

static __always_inline bool is_target_owner(const struct owner *owner)
{
	return !has_task_target() || (owner && owner->_is_target);
}

/* The current task is inside a call on this socket. */
static __always_inline int note_caller(__u64 cookie)
{
	const struct owner *known = find_owner(cookie);
	struct owner owner = {};

	if (known && known->pid == (pid_t)(bpf_get_current_pid_tgid() >> 32) &&
	    known->_is_target == is_target())
		return 0;
	read_owner(&owner);
	bpf_map_update_elem(&owners, &cookie, &owner, BPF_ANY);
	return 0;
}

/* The same by the socket itself, of any family: where the kernel does not hand out cookies. */
static __always_inline int note_user(const struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	__u64 cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	__u64 address = (__u64)sk;
	struct owner owner = {};

	if (family != AF_INET && family != AF_INET6)
		return 0;
	if (cookie)
		return note_caller(cookie);
	read_owner(&owner);
	bpf_map_update_elem(&older_sockets, &address, &owner, BPF_EXIST);
	return 0;
}

/* A packet of a socket with no owner yet: it may be one that is older than the run. */
static __always_inline void know_older(__u64 cookie, __u64 address)
{
	const struct owner *older = bpf_map_lookup_elem(&older_sockets, &address);

	if (!older)
		return;
	bpf_map_update_elem(&owners, &cookie, older, BPF_NOEXIST);
	bpf_map_delete_elem(&older_sockets, &address);
}

/* A new socket that a handshake has made: nobody can have used it yet. */
static __always_inline void inherit_owner(__u64 cookie, __u64 listener)
{
	const struct owner *owner = find_owner(listener);

	if (owner)
		bpf_map_update_elem(&owners, &cookie, owner, BPF_ANY);
}

SEC("?cgroup/sock_create")
int owner_makes_cgroup(struct bpf_sock *sk)
{
	note_caller(bpf_get_socket_cookie(sk));
	return 1;
}

#define OWNER_CALL(call)                                                                           \
	SEC("?cgroup/" #call)                                                                      \
	int owner_##call##_cgroup(struct bpf_sock_addr *ctx)                                       \
	{                                                                                          \
		note_caller(bpf_get_socket_cookie(ctx));                                           \
		return 1;                                                                          \
	}

OWNER_CALL(bind4)
OWNER_CALL(bind6)
OWNER_CALL(connect4)
OWNER_CALL(connect6)
OWNER_CALL(sendmsg4)
OWNER_CALL(sendmsg6)
OWNER_CALL(recvmsg4)
OWNER_CALL(recvmsg6)

/* Since v6.3, 6e6eda44b939 ("sock: add tracepoint for send recv length"): behind each call. */
SEC("?tp_btf/sock_send_length")
int BPF_PROG(owner_sends_tp_btf, const struct sock *sk)
{
	return note_user(sk);
}

SEC("?tp_btf/sock_recv_length")
int BPF_PROG(owner_receives_tp_btf, const struct sock *sk)
{
	return note_user(sk);
}

SEC("?raw_tp/sock_send_length")
int owner_sends_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return note_user((void *)ctx->args[0]);
}

SEC("?raw_tp/sock_recv_length")
int owner_receives_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return note_user((void *)ctx->args[0]);
}

#define OWNER_FUNCTION(function)                                                                   \
	SEC("?fexit/" #function)                                                                   \
	int BPF_PROG(owner_##function##_fexit, const struct socket *socket)                        \
	{                                                                                          \
		return note_user(BPF_CORE_READ(socket, sk));                                       \
	}                                                                                          \
	SEC("?kprobe/" #function)                                                                  \
	int owner_##function##_kprobe(struct pt_regs *ctx)                                         \
	{                                                                                          \
		const struct socket *socket = (void *)FUNCTION_ARG1(ctx);                          \
                                                                                                   \
		return note_user(BPF_CORE_READ(socket, sk));                                       \
	}

OWNER_FUNCTION(inet_sendmsg)
OWNER_FUNCTION(inet_recvmsg)
OWNER_FUNCTION(inet6_sendmsg)
OWNER_FUNCTION(inet6_recvmsg)

/* Called by those who read from TCP, after data was copied to them. */
SEC("?tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(owner_reads_tp_btf, const struct sock *sk)
{
	return note_user(sk);
}

SEC("?raw_tp/tcp_rcv_space_adjust")
int owner_reads_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return note_user((void *)ctx->args[0]);
}

/* Runs over all open files once, when the calls are being noted already: those know better. */
SEC("?iter/task_file")
int holders_iter(struct task_file_walk *ctx)
{
	const struct task_struct *task = ctx->task;
	const struct file *file = ctx->file;
	struct owner owner = {};
	const struct sock *sk;
	__u64 cookie, address;
	__u16 family;

	if (!task || !file)
		return 0;
	sk = sock_of_file(file);
	if (!sk)
		return 0;
	family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family != AF_INET && family != AF_INET6)
		return 0;
	address = (__u64)sk;
	cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	read_owner_task(&owner, task);
	bpf_map_update_elem(&older_sockets, &address, &owner, BPF_NOEXIST);
	if (cookie)
		bpf_map_update_elem(&owners, &cookie, &owner, BPF_NOEXIST);
	return 0;
}

#endif
