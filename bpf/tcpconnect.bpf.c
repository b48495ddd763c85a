// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * tcpconnect: active connects, what has become of them, and when.
 *
 * From SYN_SENT on, the socket's changes of state tell, wherever the answer
 * comes from: a packet, a timer, or the process that gives up. A connect that
 * fails before its SYN has left is told where its call returns.
 *
 * Not seen: what the policies of a security module refuse, unless system calls
 * are traced; and TCP Fast Open by sendmsg that fails before its SYN has left.
 */
#include "bounds.h"
#include "call.h"
#include "counts.h"
#include "dns.h"
#include "net-target.h"
#include "owner.h"
#include "ring.h"
#include "socket.h"
#include "twin.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile bool failed_only = false;
const volatile duration_ns_t min_latency = 0;
const volatile bool count_lports = false; /* by local port, too */

struct connect {
	struct endpoints;
	struct owner;
	time_ns_t time;
	duration_ns_t latency; /* from the SYN to the answer; 0: nothing was sent */
	errno_t ret;
	flag_t is_established; /* if not, and without error: the process gave up */
	__u8 reserved[3];
	tail_str_t answer; /* a DNS reply that the process has read: this is no connect then */
	char tail[];
};

const struct connect *connect_event __attribute__((unused));

COUNTS(struct endpoints);

/* A connect whose answer has not come. */
struct attempt {
	struct owner owner;
	time_ns_t began;
	__u64 task;
};

/* By the socket's address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct attempt);
} attempts SEC(".maps");

static __always_inline bool is_wanted(const struct endpoints *at, duration_ns_t latency,
				      bool is_established)
{
	if (failed_only && is_established)
		return false;
	return latency >= min_latency && is_target_connection(at);
}

static __always_inline void tell(const struct endpoints *at, const struct attempt *attempt,
				 time_ns_t now, long ret, bool is_established)
{
	duration_ns_t latency = attempt->began ? now - attempt->began : 0;
	struct endpoints key = *at;
	struct connect *e;

	if (!is_wanted(at, latency, is_established))
		return;
	if (counting) {
		key.netns = 0;
		if (!count_lports)
			key.lport = 0;
		count(&key);
		return;
	}
	e = reserve(struct connect);
	if (!e)
		return;
	__builtin_memcpy(endpoints_of(e), at, sizeof(*at));
	__builtin_memcpy(owner_of(e), &attempt->owner, sizeof(attempt->owner));
	e->time = now;
	e->latency = latency;
	e->ret = ret;
	e->is_established = is_established;
	submit(e);
}

/* The current task is the one that connects: from here on it is its socket's. */
static __always_inline void begin(const struct sock *sk)
{
	struct attempt attempt = {
		.began = bpf_ktime_get_boot_ns(),
		.task = bpf_get_current_task(),
	};
	__u64 key = (__u64)sk;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return;
	read_owner(&attempt.owner);
	if (!attempt.owner._is_target)
		return;
	if (bpf_map_update_elem(&attempts, &key, &attempt, BPF_ANY))
		__sync_fetch_and_add(&lost, 1);
}

/* Whether a socket in SYN_SENT has got as far as that: tcp_connect moves snd_nxt when it has sent.
 */
static __always_inline bool has_sent(const struct sock *sk)
{
	const struct tcp_sock *tcp = (void *)sk;

	return BPF_CORE_READ(tcp, snd_nxt) != BPF_CORE_READ(tcp, snd_una);
}

/* The call that has begun this need not tell, if it is still under way. */
static __always_inline void end_call(__u64 task, __u64 sk)
{
	struct call *call = bpf_map_lookup_elem(&calls, &task);

	if (call && call->args[0] == sk)
		bpf_map_delete_elem(&calls, &task);
}

static __always_inline void end(const struct sock *sk, bool is_established)
{
	__u64 key = (__u64)sk;
	struct attempt *attempt = bpf_map_lookup_elem(&attempts, &key);
	struct endpoints at = {};
	int error = 0;

	if (!attempt)
		return;
	if (!is_established)
		error = BPF_CORE_READ(sk, sk_err);
	/* what has failed before it sent anything, is told of by its call */
	if (is_established || error || has_sent(sk)) {
		read_endpoints(&at, sk);
		end_call(attempt->task, key);
		tell(&at, attempt, bpf_ktime_get_boot_ns(), -error, is_established);
	}
	bpf_map_delete_elem(&attempts, &key);
}

static __always_inline int state_changes(const struct sock *sk, int newstate)
{
	if (newstate == TCP_SYN_SENT)
		begin(sk);
	else if (newstate == TCP_ESTABLISHED || newstate == TCP_CLOSE)
		end(sk, newstate == TCP_ESTABLISHED);
	return 0;
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(state_tp_btf, const struct sock *sk, int oldstate, int newstate)
{
	return AS_FIRST(TWIN_STATES, state_changes(sk, newstate));
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(state_tp_btf_twin, const struct sock *sk, int oldstate, int newstate)
{
	return AS_TWIN(TWIN_STATES, state_changes(sk, newstate));
}

SEC("?raw_tp/inet_sock_set_state")
int state_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return AS_FIRST(TWIN_STATES, state_changes((void *)ctx->args[0], ctx->args[2]));
}

SEC("?raw_tp/inet_sock_set_state")
int state_raw_tp_twin(struct bpf_raw_tracepoint_args *ctx)
{
	return AS_TWIN(TWIN_STATES, state_changes((void *)ctx->args[0], ctx->args[2]));
}

/* A call that begins a connect, and does not ask what has become of an earlier one. */
static __always_inline int call_begins(const struct socket *socket, __u64 address)
{
	const struct sock *sk = BPF_CORE_READ(socket, sk);
	struct call call = { .args = { (__u64)sk, address } };

	if (BPF_CORE_READ(socket, state) != SS_UNCONNECTED ||
	    BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP ||
	    BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_CLOSE)
		return 0;
	if (is_target())
		keep_call(&call);
	return 0;
}

static __always_inline int call_returns(long ret, bool is_user)
{
	struct attempt attempt = {};
	struct address address = {};
	struct endpoints at = {};
	const struct sock *sk;
	struct call call;

	if (!leave_call(&call) || ret >= 0 || bpf_map_lookup_elem(&attempts, &call.args[0]))
		return 0;
	read_address(&address, call.args[1], is_user);
	sk = (void *)call.args[0];
	read_endpoints(&at, sk);
	at.rport = bpf_ntohs(address.port);
	if (address.family == AF_INET)
		put_ipv4(at.raddr, address.ipv4);
	else if (address.family == AF_INET6)
		__builtin_memcpy(at.raddr, address.ipv6, sizeof(at.raddr));
	else
		return 0;
	read_owner(&attempt.owner);
	tell(&at, &attempt, bpf_ktime_get_boot_ns(), ret, false);
	return 0;
}

SEC("?fentry/inet_stream_connect")
int BPF_PROG(call_fentry, const struct socket *socket, void *address)
{
	return call_begins(socket, (__u64)address);
}

SEC("?fexit/inet_stream_connect")
int BPF_PROG(call_fexit, const struct socket *socket, void *address, int length, int flags, int ret)
{
	return call_returns(ret, false);
}

SEC("?kprobe/inet_stream_connect")
int call_kprobe(struct pt_regs *ctx)
{
	return call_begins((void *)FUNCTION_ARG1(ctx), FUNCTION_ARG2(ctx));
}

SEC("?kretprobe/inet_stream_connect")
int call_kretprobe(struct pt_regs *ctx)
{
	return call_returns((int)FUNCTION_RESULT(ctx), false);
}

SEC("?tracepoint/syscalls/sys_enter_connect")
int enter_connect(struct trace_event_raw_sys_enter *ctx)
{
	const struct socket *socket = find_socket(ctx->args[0]);

	return socket ? call_begins(socket, ctx->args[1]) : 0;
}

SEC("?tracepoint/syscalls/sys_exit_connect")
int leave_connect(struct trace_event_raw_sys_exit *ctx)
{
	return call_returns(ctx->ret, true);
}

struct answer {
	char bytes[TAIL(struct connect) + DNS_MAX];
};

/* Where the event of a DNS reply is built. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct answer);
} answer_space SEC(".maps");

/* Every system call comes by here, and what is not about to read leaves at once. */
SEC("?raw_tp/sys_exit")
int answer_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	const struct pt_regs *regs = (void *)ctx->args[0];
	long ret = ctx->args[1];
	__u64 reply = find_dns_reply(regs, SYSCALL_NR(regs), ret), size;
	__u32 zero = 0;
	struct connect *e;

	if (!reply || !is_target())
		return 0;
	e = bpf_map_lookup_elem(&answer_space, &zero);
	if (!e)
		return 0;
	__builtin_memset(e, 0, TAIL(struct connect));
	e->pid = bpf_get_current_pid_tgid() >> 32;
	size = at_most(ret, DNS_MAX);
	if (bpf_probe_read_user(e->tail, size, (void *)reply))
		return 0;
	e->answer = size;
	send(e, TAIL(struct connect) + at_most(size, DNS_MAX));
	return 0;
}
