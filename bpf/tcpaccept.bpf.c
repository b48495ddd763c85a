// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * tcpaccept: connections that a process has accepted.
 *
 * The kernel takes one out of the listener's queue in inet_csk_accept(), in the
 * context of who accepts. Where that cannot be hooked, it is seen where the
 * system call returns, as the descriptor that the process has got.
 *
 * Not seen there: what io_uring and the kernel itself accept, and 32-bit programs.
 */
#include "call.h"
#include "net-target.h"
#include "owner.h"
#include "ring.h"
#include "socket.h"
#include "syscall.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct accept {
	struct endpoints;
	struct owner;
	time_ns_t time;
	duration_ns_t queued; /* from the end of the handshake until now */
	__u32 backlog;	      /* those that still wait */
	__u32 max_backlog;    /* so many, and one more, may wait */
};

const struct accept *accept_event __attribute__((unused));

/*
 * Set when the connection was established, and then only by who reads from it:
 * tcp_init_buffer_space() and tcp_rcv_space_adjust() of net/ipv4/tcp_input.c.
 */
static __always_inline duration_ns_t queued_for(const struct sock *sk)
{
	__u64 established = BPF_CORE_READ((const struct tcp_sock *)sk, rcvq_space.time) * 1000;
	__u64 now = bpf_ktime_get_ns();

	return established && established < now ? now - established : 0;
}

static __always_inline int accepted(const struct sock *listener, const struct sock *sk)
{
	struct endpoints at = {};
	struct accept *e;

	if (!sk || !is_tcp(sk) || !is_target())
		return 0;
	read_endpoints(&at, sk);
	if (!is_target_connection(&at))
		return 0;
	e = reserve(struct accept);
	if (!e)
		return 0;
	__builtin_memcpy(endpoints_of(e), &at, sizeof(at));
	read_owner(owner_of(e));
	e->time = bpf_ktime_get_boot_ns();
	e->queued = queued_for(sk);
	e->backlog = BPF_CORE_READ(listener, sk_ack_backlog);
	e->max_backlog = BPF_CORE_READ(listener, sk_max_ack_backlog);
	submit(e);
	return 0;
}

SEC("?fexit/inet_csk_accept")
int accept_fexit(const __u64 *args)
{
	return accepted((void *)args[0], accepted_socket(args));
}

SEC("?kprobe/inet_csk_accept")
int accept_kprobe(struct pt_regs *ctx)
{
	const struct call call = { { FUNCTION_ARG1(ctx) } };

	keep_call(&call);
	return 0;
}

SEC("?kretprobe/inet_csk_accept")
int accept_kretprobe(struct pt_regs *ctx)
{
	struct call call;

	return leave_call(&call) ? accepted((void *)call.args[0], (void *)FUNCTION_RESULT(ctx)) : 0;
}

/* By descriptor. */
static __always_inline int accept_returns(int listener, long fd)
{
	const struct socket *from, *socket;

	if (fd < 0)
		return 0;
	from = find_socket(listener);
	socket = find_socket(fd);
	return from && socket ? accepted(BPF_CORE_READ(from, sk), BPF_CORE_READ(socket, sk)) : 0;
}

/* Preferred to the tracepoints of the calls: it needs no tracefs, and what does not accept leaves
 * at once. */
SEC("?raw_tp/sys_exit")
int accept_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	const struct pt_regs *regs = (void *)ctx->args[0];
	int nr = SYSCALL_NR(regs);

	if ((nr != SYSCALL_ACCEPT && nr != SYSCALL_ACCEPT4) || is_compat_call())
		return 0;
	return accept_returns(SYSCALL_ARG1(regs), ctx->args[1]);
}

SEC("?tracepoint/syscalls/sys_enter_accept")
int enter_accept(struct trace_event_raw_sys_enter *ctx)
{
	return enter_call(ctx, 3);
}

SEC("?tracepoint/syscalls/sys_enter_accept4")
int enter_accept4(struct trace_event_raw_sys_enter *ctx)
{
	return enter_call(ctx, 4);
}

static __always_inline int leave(long fd)
{
	struct call call;

	return leave_call(&call) ? accept_returns(call.args[0], fd) : 0;
}

SEC("?tracepoint/syscalls/sys_exit_accept")
int leave_accept(struct trace_event_raw_sys_exit *ctx)
{
	return leave(ctx->ret);
}

SEC("?tracepoint/syscalls/sys_exit_accept4")
int leave_accept4(struct trace_event_raw_sys_exit *ctx)
{
	return leave(ctx->ret);
}
