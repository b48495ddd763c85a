/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which process uses a socket, of any protocol: the one that was inside a call on it last, or has
 * accepted it. Until then, the one that has made it; of a connection that nobody has accepted, the
 * one that its listener belongs to; of one that is older than the run, one that holds it open.
 *
 * A tool adds `cookieOwnerPlan` to its own plan, and has the packets that it meets call
 * meet_socket(), and where a handshake brings a new socket, inherit_owner().
 */
#ifndef EBPF_KIT_COOKIE_OWNER_H
#define EBPF_KIT_COOKIE_OWNER_H

#include "iter.h"
#include "owner.h"
#include "socket.h"
#include "syscall.h"

/*
 * A socket gets its cookie, which no other one ever gets, when somebody asks for it: one that is
 * older than the run may have none, and neither has one that a handshake has just made. Until its
 * first packet gives it one it is known by its address, which no cookie looks like. A later socket
 * may have the same address again: but of that one the maker is noted.
 */
typedef cookie_t user_t;

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, user_t);
	__type(value, struct owner);
} owners SEC(".maps");

/* PID_MAX_LIMIT is 2^22. */
#define PID_BITS 22
#define LAST_CALLERS 8192

/*
 * Who has called last, with the socket's cookie above the process id: most calls come from the one
 * that the call before came from, and need not look further. Two sockets may share a place.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LAST_CALLERS);
	__type(key, __u32);
	__type(value, __u64);
} last_callers SEC(".maps");

static __always_inline __u64 *last_caller(__u64 cookie)
{
	__u32 place = cookie % LAST_CALLERS;

	return bpf_map_lookup_elem(&last_callers, &place);
}

static __always_inline user_t user_of(const struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_cookie.counter) ?: (user_t)sk;
}

/* The owner that is known of this socket, or NULL. */
static __always_inline const struct owner *find_owner(user_t user)
{
	return bpf_map_lookup_elem(&owners, &user);
}

static __always_inline bool is_target_owner(const struct owner *owner)
{
	return !has_task_target() || (owner && owner->_is_target);
}

/* The current task is inside a call on this socket. */
static __always_inline int note_caller(__u64 cookie)
{
	pid_t pid = bpf_get_current_pid_tgid() >> 32;
	__u64 call = cookie << PID_BITS | pid;
	__u64 *last = last_caller(cookie);
	const struct owner *known;
	struct owner owner;

	/* whether it is a target may have changed */
	if (last && *last == call && !has_task_target())
		return 0;
	known = find_owner(cookie);
	if (!known || known->pid != pid || known->_is_target != is_target()) {
		__builtin_memset(&owner, 0, sizeof(owner));
		read_owner(&owner);
		bpf_map_update_elem(&owners, &cookie, &owner, BPF_ANY);
	}
	if (last)
		*last = call;
	return 0;
}

static __always_inline bool is_inet(__u16 family)
{
	return family == AF_INET || family == AF_INET6;
}

/* The current task has got a socket, or is inside a call on it: one that has no cookie yet. */
static __always_inline int note_address(user_t address, __u64 flags)
{
	struct owner owner = {};

	read_owner(&owner);
	bpf_map_update_elem(&owners, &address, &owner, flags);
	return 0;
}

/* As note_caller(), by the socket itself: where the kernel does not hand out cookies. */
static __always_inline int note_user_by(const struct sock *sk, __u64 cookie, __u16 family)
{
	if (!is_inet(family))
		return 0;
	if (cookie)
		return note_caller(cookie);
	/* of others that have none, nothing is asked */
	return find_owner((user_t)sk) ? note_address((user_t)sk, BPF_EXIST) : 0;
}

/* @sk: any pointer. */
static __always_inline int note_user(const struct sock *sk)
{
	return note_user_by(sk, BPF_CORE_READ(sk, __sk_common.skc_cookie.counter),
			    BPF_CORE_READ(sk, __sk_common.skc_family));
}

/* @sk: as the kernel hands it to programs that know its type, which read it without a call. */
static __always_inline int note_known(const struct sock *sk)
{
	return note_user_by(sk, sk->__sk_common.skc_cookie.counter, sk->__sk_common.skc_family);
}

/* The current task has accepted it. */
static __always_inline int note_taker(const struct sock *sk)
{
	__u64 cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);

	if (!sk || !is_inet(BPF_CORE_READ(sk, __sk_common.skc_family)))
		return 0;
	return cookie ? note_caller(cookie) : note_address((user_t)sk, BPF_ANY);
}

/*
 * A packet of a socket that was not met before: what was known of it by its address is known by its
 * cookie from now on. False: nobody is known.
 */
static __always_inline bool meet_socket(__u64 cookie, const struct sock *sk)
{
	user_t address = (user_t)sk;
	const struct owner *before;
	__u64 *last;

	if (find_owner(cookie))
		return true;
	/* the kernel has forgotten whom: the next call tells it anew */
	last = last_caller(cookie);
	if (last)
		*last = 0;
	before = find_owner(address);
	if (!before)
		return false;
	bpf_map_update_elem(&owners, &cookie, before, BPF_NOEXIST);
	bpf_map_delete_elem(&owners, &address);
	return true;
}

/* A new socket that a handshake has made: nobody can have used it yet. */
static __always_inline void inherit_owner(user_t user, user_t listener)
{
	const struct owner *owner = find_owner(listener);

	if (owner)
		bpf_map_update_elem(&owners, &user, owner, BPF_ANY);
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
	return note_known(sk);
}

SEC("?tp_btf/sock_recv_length")
int BPF_PROG(owner_receives_tp_btf, const struct sock *sk)
{
	return note_known(sk);
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
	return note_known(sk);
}

SEC("?raw_tp/tcp_rcv_space_adjust")
int owner_reads_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return note_user((void *)ctx->args[0]);
}

/* Who accepts has the connection from then on; the kernel makes the socket's file later. */
SEC("?fexit/inet_csk_accept")
int owner_accepts_fexit(const __u64 *args)
{
	return note_taker(accepted_socket(args));
}

SEC("?kretprobe/inet_csk_accept")
int owner_accepts_kretprobe(struct pt_regs *ctx)
{
	return note_taker((void *)FUNCTION_RESULT(ctx));
}

/* By the descriptor that they return. */
static __always_inline int note_descriptor(long fd)
{
	const struct socket *socket = fd < 0 ? NULL : find_socket(fd);

	return socket ? note_taker(BPF_CORE_READ(socket, sk)) : 0;
}

SEC("?tracepoint/syscalls/sys_exit_accept")
int owner_accept_tp(struct trace_event_raw_sys_exit *ctx)
{
	return note_descriptor(ctx->ret);
}

SEC("?tracepoint/syscalls/sys_exit_accept4")
int owner_accept4_tp(struct trace_event_raw_sys_exit *ctx)
{
	return note_descriptor(ctx->ret);
}

/* Runs over all open files once, when the calls are being noted already: those know better. */
SEC("?iter/task_file")
int holders_iter(struct task_file_walk *ctx)
{
	const struct task_struct *task = ctx->task;
	const struct file *file = ctx->file;
	struct owner owner = {};
	const struct sock *sk;
	user_t user;

	if (!task || !file)
		return 0;
	sk = sock_of_file(file);
	if (!sk || !is_inet(BPF_CORE_READ(sk, __sk_common.skc_family)))
		return 0;
	user = user_of(sk);
	read_owner_task(&owner, task);
	bpf_map_update_elem(&owners, &user, &owner, BPF_NOEXIST);
	return 0;
}

#endif
