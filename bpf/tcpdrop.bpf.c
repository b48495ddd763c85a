// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * tcpdrop: TCP packets that the kernel drops, why, and where.
 *
 * The kernel says why since 5.17. Before, packets that it is merely done with are
 * freed in the same way here and there; and TCP frees what it drops itself without
 * passing this tracepoint, in a function that compilers inline (tcp_drop).
 */
#include "packet-target.h"
#include "sock-owner.h"
#include "stack.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile bool with_all = false; /* also packets that TCP is merely done with */

struct drop {
	struct flow;
	struct owner;
	time_ns_t time;
	address_t location; /* behind the call that freed it */
	address_t skaddr;   /* 0: no socket */
	char dev[16];
	__u32 seq;
	__u32 ack;
	__u32 length;	   /* of its data */
	__u32 reason_code; /* 0: the kernel does not say */
	tcp_state_t state;
	__u8 flags;
	__u8 reserved[2];
	tail_stack_t stack;
	char tail[];
};

const struct drop *drop_event __attribute__((unused));

/* include/net/dropreason-core.h: the numbers change from kernel to kernel */
enum skb_drop_reason {
	SKB_DROP_REASON_NOT_SPECIFIED,
	SKB_DROP_REASON_QUEUE_PURGE,
};

#define TCP_FIN 0x01

/*
 * The end of a connection that its process has closed before: nobody will read
 * it, and so it lies in the queue until the socket goes, too.
 */
static __always_inline bool is_unread_end(__u32 reason, __u8 flags, __u32 length)
{
	if (!bpf_core_enum_value_exists(enum skb_drop_reason, SKB_DROP_REASON_QUEUE_PURGE))
		return false;
	return reason == bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_QUEUE_PURGE) &&
	       flags & TCP_FIN && !length;
}

struct trace_event_raw_kfree_skb {
	void *rx_sk;
} __attribute__((preserve_access_index));

static __always_inline netns_t netns_of(const struct net_device *dev, const struct sock *sk)
{
	if (dev)
		return BPF_CORE_READ(dev, nd_net.net, ns.inum);
	return sk ? BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum) : 0;
}

/* Those that stand for a handshake or for TIME_WAIT are no whole sockets, and nobody's. */
static __always_inline bool is_full(tcp_state_t state)
{
	return state && state != TCP_NEW_SYN_RECV && state != TCP_TIME_WAIT;
}

/* @sk: the socket that the packet was for; of one that is sent, the skb knows it. */
static __always_inline int dropped(void *ctx, const struct sk_buff *skb, const struct sock *sk,
				   __u64 location, __u32 reason)
{
	const struct net_device *dev;
	const struct owner *owner;
	struct payload payload;
	struct tcp_header tcp;
	struct flow flow = {};
	struct drop *e;
	tcp_state_t state;
	__u32 length;

	if (!read_tcp_packet(skb, &flow, &payload, &tcp))
		return 0;
	length = tcp_payload(&payload, &tcp);
	if (!with_all && is_unread_end(reason, tcp.flags, length))
		return 0;
	if (!sk)
		sk = BPF_CORE_READ(skb, sk);
	state = sk ? BPF_CORE_READ(sk, __sk_common.skc_state) : 0;
	owner = is_full(state) ? find_owner(sk) : NULL;
	if (!is_target_owner(owner))
		return 0;
	dev = packet_device(skb);
	flow.netns = netns_of(dev, sk);
	if (!is_target_packet(&flow))
		return 0;
	e = reserve_with_stack(struct drop);
	if (!e)
		return 0;
	__builtin_memcpy(flow_of(e), &flow, sizeof(flow));
	put_owner(owner_of(e), owner);
	e->time = bpf_ktime_get_boot_ns();
	e->location = location;
	e->skaddr = (__u64)sk;
	if (dev)
		BPF_CORE_READ_STR_INTO(&e->dev, dev, name);
	e->seq = bpf_ntohl(tcp.seq);
	e->ack = bpf_ntohl(tcp.ack_seq);
	e->length = length;
	e->reason_code = reason;
	e->state = state;
	e->flags = tcp.flags;
	e->stack = read_stack(ctx, e->tail);
	submit(e);
	return 0;
}

/* On kernels without reasons this cannot be loaded: there is no such number. */
static __always_inline bool is_drop(__u32 reason)
{
	__u32 none = bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_NOT_SPECIFIED);

	return with_all ? reason >= none : reason > none;
}

/* since v6.11, c53795d48ee8 ("net: add rx_sk to trace_kfree_skb") */
#define has_rx_sk() bpf_core_field_exists(((struct trace_event_raw_kfree_skb *)0)->rx_sk)

/* A tracing program's context is its arguments. */
SEC("?tp_btf/kfree_skb")
int dropped_tp_btf(__u64 *ctx)
{
	const struct sock *sk = has_rx_sk() ? (void *)ctx[3] : NULL;

	return is_drop(ctx[2]) ? dropped(ctx, (void *)ctx[0], sk, ctx[1], ctx[2]) : 0;
}

SEC("?raw_tp/kfree_skb")
int dropped_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	const struct sock *sk = has_rx_sk() ? (void *)ctx->args[3] : NULL;

	if (!is_drop(ctx->args[2]))
		return 0;
	return dropped(ctx, (void *)ctx->args[0], sk, ctx->args[1], ctx->args[2]);
}

/* Before 5.17 nothing tells a drop from what is done with. */
SEC("?raw_tp/kfree_skb")
int freed_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return dropped(ctx, (void *)ctx->args[0], NULL, ctx->args[1], 0);
}
