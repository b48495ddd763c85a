// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * tcpretrans: what TCP sends once more, and why.
 *
 * Segments come by at tcp_retransmit_skb, SYN-ACKs of handshakes that are not
 * complete at tcp_retransmit_synack. A tail loss probe is a retransmission, too,
 * unless there is new data that it can carry: then only the function that sends
 * it tells.
 */
#include "counts.h"
#include "net-target.h"
#include "sock-owner.h"
#include "stack.h"
#include "syscall.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile bool with_failed = false; /* also what the host itself could not send */

/* Why it was sent again; the names are in src/tools/tcpretrans.ts. */
enum {
	SYN,	/* nobody has answered a connect */
	SYNACK, /* nor our answer to one */
	RTO,	/* nothing was acknowledged for long */
	LOSS,	/* what such a timeout has left to be sent again */
	FAST,	/* acknowledgements tell that it was lost */
	TLP,	/* tail loss probe: to find out */
};

struct retransmission {
	struct endpoints;
	struct owner;
	time_ns_t time;
	duration_ns_t srtt;
	bytes_t length; /* of its data */
	__u32 seq;
	errno_t ret;
	tcp_state_t state;
	__u8 cause;
	__u8 retransmits; /* timeouts in a row */
	flag_t new_data;  /* a loss probe, and no retransmission */
	tail_stack_t stack;
	char tail[];
};

const struct retransmission *retransmission_event __attribute__((unused));

COUNTS(struct endpoints);

#define ENOBUFS 105

/* include/net/inet_connection_sock.h and, of icsk_ca_state, include/uapi/linux/tcp.h */
enum { ICSK_TIME_LOSS_PROBE = 5 };
enum { TCP_CA_OPEN, TCP_CA_DISORDER, TCP_CA_CWR, TCP_CA_RECOVERY, TCP_CA_LOSS };

/*
 * The timer that has come due is the pending one while its function runs, but
 * for that of a timeout, which has been cleared (tcp_write_timer_handler). A
 * probe is only planned, and stays planned, in the states Open and CWR
 * (tcp_schedule_loss_probe); in others it is no probe that sends.
 */
static __always_inline __u8 find_cause(const struct sock *sk, __u8 state)
{
	const struct inet_connection_sock *icsk = (void *)sk;
	__u8 pending = BPF_CORE_READ(icsk, icsk_pending);
	__u8 congestion = BPF_CORE_READ_BITFIELD_PROBED(icsk, icsk_ca_state);

	if (state == TCP_SYN_SENT)
		return SYN;
	if (state == TCP_SYN_RECV)
		return SYNACK;
	if (pending == ICSK_TIME_LOSS_PROBE &&
	    (congestion == TCP_CA_OPEN || congestion == TCP_CA_CWR))
		return TLP;
	if (congestion != TCP_CA_LOSS)
		return FAST;
	return pending ? LOSS : RTO;
}

/* What is to be told of it, with where and whose it is; or NULL, when it is only counted, or not
 * watched. */
static __always_inline struct retransmission *begin(void *ctx, const struct sock *sk,
						    const struct endpoints *at)
{
	const struct owner *owner = find_owner(sk);
	struct retransmission *e;

	if (!is_target_owner(owner) || !is_target_connection(at))
		return NULL;
	if (counting) {
		count(at);
		return NULL;
	}
	e = reserve_with_stack(struct retransmission);
	if (!e)
		return NULL;
	__builtin_memcpy(endpoints_of(e), at, sizeof(*at));
	put_owner(owner_of(e), owner);
	e->time = bpf_ktime_get_boot_ns();
	e->stack = read_stack(ctx, e->tail);
	return e;
}

/* The same for a socket itself, with what there is to be told of it. */
static __always_inline struct retransmission *begin_of(void *ctx, const struct sock *sk)
{
	struct endpoints at = {};
	struct retransmission *e;

	read_endpoints(&at, sk);
	e = begin(ctx, sk, &at);
	if (!e)
		return NULL;
	e->state = BPF_CORE_READ(sk, __sk_common.skc_state);
	e->srtt = (BPF_CORE_READ((const struct tcp_sock *)sk, srtt_us) >> 3) * 1000ull;
	e->retransmits = BPF_CORE_READ((const struct inet_connection_sock *)sk, icsk_retransmits);
	return e;
}

static __always_inline int retransmitted(void *ctx, const struct sock *sk,
					 const struct sk_buff *skb, int ret)
{
	const struct tcp_skb_cb *cb = (void *)skb + bpf_core_field_offset(struct sk_buff, cb);
	struct retransmission *e;

	if (ret && !with_failed)
		return 0;
	e = begin_of(ctx, sk);
	if (!e)
		return 0;
	e->cause = find_cause(sk, e->state);
	e->seq = BPF_CORE_READ(cb, seq);
	e->length = BPF_CORE_READ(skb, len);
	e->ret = ret > 0 ? -ENOBUFS : ret; /* the interface's queue has dropped it */
	submit(e);
	return 0;
}

/*
 * Since "tcp: trace retransmit failures in tcp_retransmit_skb", failures come by
 * here as well, and what has come of it is the third argument. The field of the
 * trace event tells whether there is one.
 */
struct trace_event_raw_tcp_retransmit_skb {
	int err;
} __attribute__((preserve_access_index));

#define HAS_RESULT bpf_core_field_exists(((struct trace_event_raw_tcp_retransmit_skb *)0)->err)

SEC("?tp_btf/tcp_retransmit_skb")
int segment_tp_btf(__u64 *ctx)
{
	return retransmitted(ctx, (void *)ctx[0], (void *)ctx[1], HAS_RESULT ? ctx[2] : 0);
}

SEC("?raw_tp/tcp_retransmit_skb")
int segment_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return retransmitted(ctx, (void *)ctx->args[0], (void *)ctx->args[1],
			     HAS_RESULT ? ctx->args[2] : 0);
}

/* The socket is the listening one; the connection is none yet. */
static __always_inline int answered(void *ctx, const struct sock *sk,
				    const struct request_sock *req)
{
	struct retransmission *e;
	struct endpoints at = {};

	read_common_endpoints(&at, &req->__req_common);
	e = begin(ctx, sk, &at);
	if (!e)
		return 0;
	e->state = TCP_SYN_RECV;
	e->cause = SYNACK;
	e->seq = BPF_CORE_READ((const struct tcp_request_sock *)req, snt_isn);
	e->retransmits = BPF_CORE_READ(req, num_retrans) + 1; /* it is counted after this */
	submit(e);
	return 0;
}

SEC("?tp_btf/tcp_retransmit_synack")
int BPF_PROG(synack_tp_btf, const struct sock *sk, const struct request_sock *req)
{
	return answered(ctx, sk, req);
}

SEC("?raw_tp/tcp_retransmit_synack")
int synack_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return answered(ctx, (void *)ctx->args[0], (void *)ctx->args[1]);
}

/*
 * What a socket would send next when a probe begins. No other one begins on this
 * CPU before it has ended: that is all done with the socket's lock and without
 * interruption by packets and timers.
 */
struct probe {
	__u64 sk;
	__u64 snd_nxt;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct probe);
} probes SEC(".maps");

static __always_inline __u32 next_to_send(const struct sock *sk)
{
	return BPF_CORE_READ((const struct tcp_sock *)sk, snd_nxt);
}

static __always_inline int probe_begins(const struct sock *sk)
{
	__u32 key = 0;
	struct probe *probe = bpf_map_lookup_elem(&probes, &key);

	if (probe) {
		probe->sk = (__u64)sk;
		probe->snd_nxt = next_to_send(sk);
	}
	return 0;
}

/*
 * With new data there is more behind it than before, and nothing was sent again
 * that could be counted; without, it was a retransmission.
 */
static __always_inline int probe_ends(void *ctx)
{
	__u32 key = 0, seq, next;
	struct probe *probe = bpf_map_lookup_elem(&probes, &key);
	struct retransmission *e;
	const struct sock *sk;

	if (counting || !probe || !probe->sk)
		return 0;
	sk = (const struct sock *)probe->sk;
	seq = probe->snd_nxt;
	next = next_to_send(sk);
	if (next == seq)
		return 0;
	e = begin_of(ctx, sk);
	if (!e)
		return 0;
	e->cause = TLP;
	e->new_data = true;
	e->seq = seq;
	e->length = next - seq;
	submit(e);
	return 0;
}

SEC("?fentry/tcp_send_loss_probe")
int BPF_PROG(probe_begins_fentry, const struct sock *sk)
{
	return probe_begins(sk);
}

SEC("?fexit/tcp_send_loss_probe")
int BPF_PROG(probe_ends_fexit)
{
	return probe_ends(ctx);
}

SEC("?kprobe/tcp_send_loss_probe")
int probe_begins_kprobe(struct pt_regs *ctx)
{
	return probe_begins((void *)FUNCTION_ARG1(ctx));
}

SEC("?kretprobe/tcp_send_loss_probe")
int probe_ends_kretprobe(void *ctx)
{
	return probe_ends(ctx);
}
