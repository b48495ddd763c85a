// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * flowtop: what each flow carries, counted at the packets of a cgroup's sockets.
 *
 * A packet is seen once at its socket, on its way out before it is cut into segments or fragments,
 * on its way in after they were joined. What cannot be accounted passes all the same.
 */
#include "cookie-owner.h"
#include "packet-target.h"
#include "skb-packet.h"
#include "sock-end.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile __u8 target_protocol = 0; /* 0: any */
const volatile bool with_loopback = false;
const volatile cgroup_id_t place_cgroup_id = 0; /* whose sockets these are; 0: all there are */

/* Its number in every network namespace (include/net/flow.h). */
#define LOOPBACK_IFINDEX 1

struct flow_key {
	struct endpoints;
	__u32 protocol;
	__u32 socket; /* half of its cookie; 0 for TCP, where both ends name one connection */
};

/* What one CPU has seen of a flow. */
struct traffic {
	/* to be summed; what a segment changes lies together, behind what it does not */
	bytes_t tx_before; /* what TCP had carried before the flow was seen */
	bytes_t rx_before;
	bytes_t tx_bytes; /* payload, of all but TCP */
	bytes_t rx_bytes;
	__u64 tx_packets;
	__u64 rx_packets;
	bytes_t tx_wire_bytes;
	bytes_t rx_wire_bytes;
	/* the CPU that has seen it last knows the rest; only of `sent` it is the largest */
	__u64 seen;	  /* CLOCK_MONOTONIC, ns */
	user_t user;	  /* the socket: cookie-owner.h */
	bytes_t sent;	  /* by TCP, each byte once */
	bytes_t received; /* by TCP, in order */
	duration_ns_t srtt;
	__u32 retrans;
	tcp_state_t state; /* 0: not TCP */
	__u8 reserved[3];
};

/* The loader sets its size. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 65536); /* --max-flows */
	__type(key, struct flow_key);
	__type(value, struct traffic);
} flows SEC(".maps");

/* All that was counted, whether its flow had room or not. */
struct totals {
	__u64 flows; /* that were put into the map */
	__u64 tx_packets;
	__u64 rx_packets;
	bytes_t tx_wire_bytes;
	bytes_t rx_wire_bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct totals);
} totals SEC(".maps");

#define CHANGES 4096

/* When the state of a connection has changed last: CLOCK_MONOTONIC, ns. Some share a place: it is a
 * time that has been, in any case. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CHANGES);
	__type(key, __u32);
	__type(value, __u64);
} changes SEC(".maps");

static __always_inline __u64 *last_change(const struct flow_key *key)
{
	__u32 place = (key->lport * 31 + key->rport) % CHANGES;

	return bpf_map_lookup_elem(&changes, &place);
}

/* Connections whose handshake a listener makes, until the socket that it makes is seen. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct flow_key);
	__type(value, cookie_t);
} handshakes SEC(".maps");

/*
 * TCP's own counts of the data that has gone and come, each byte once. They follow the sequence
 * numbers, of which a SYN and a FIN take one each: the one of the SYN is among what was there
 * before the first packet.
 */
static __always_inline __u64 sent_so_far(const struct tcp_sock *tp, int state, __u32 next)
{
	__u64 sent = tp->bytes_acked + (__u32)(next - tp->snd_una);

	/* next is behind our FIN */
	if (has_fin(state) && next == tp->write_seq)
		sent--;
	return sent;
}

/* Of a socket whose type the kernel vouches for: its fields are read without a call. */
static __always_inline const struct sock_common *common_of(const struct tcp_sock *tp)
{
	return &((const struct sock *)tp)->__sk_common;
}

static __always_inline bool has_got_fin(const struct tcp_sock *tp)
{
	return common_of(tp)->skc_flags >> SOCK_DONE & 1;
}

static __always_inline __u64 received_so_far(const struct tcp_sock *tp)
{
	__u64 received = tp->bytes_received;

	return received && has_got_fin(tp) ? received - 1 : received;
}

/* A segment on its way out, while its socket is locked: what it carries is counted from now on. */
static __always_inline void follow_out(struct traffic *flow, const struct tcp_sock *tp, int state,
				       const struct skb_packet *packet, bool is_new)
{
	__u32 end = packet->seq + !!(packet->tcp_flags & TCP_FLAG_SYN) + packet->payload;
	__u32 next = tp->snd_nxt, unsent = end - next;

	if ((__s32)unsent > 0)
		next = end;
	flow->sent = sent_so_far(tp, state, next);
	flow->received = received_so_far(tp);
	if (!is_new)
		return;
	flow->rx_before = flow->received;
	flow->tx_before = flow->sent;
	if ((__s32)unsent > 0)
		flow->tx_before -= unsent < packet->payload ? unsent : packet->payload;
}

/*
 * A segment on its way in, before its socket is locked: what is known of it may be old, and what
 * the segment carries is taken for received already. The acknowledgement that follows knows better.
 */
static __always_inline void follow_in(struct traffic *flow, const struct tcp_sock *tp, int state,
				      const struct skb_packet *packet, bool is_new)
{
	bool is_syn = packet->tcp_flags & TCP_FLAG_SYN;
	__u32 unread = packet->seq + packet->payload - tp->rcv_nxt;
	__u64 received = received_so_far(tp);

	if (is_new) {
		flow->rx_before = received;
		flow->tx_before = sent_so_far(tp, state, tp->snd_nxt);
		flow->sent = flow->tx_before;
	}
	if (packet->payload && !is_syn && (__s32)unread > 0 && !has_got_fin(tp))
		received += unread;
	flow->received = received;
}

static __always_inline const struct sock *sk_of(const struct __sk_buff *skb)
{
	return BPF_CORE_READ((const struct sk_buff *)skb, sk);
}

/* A socket on which this CPU has not seen this flow: whose is it? */
static __always_inline void meet(const struct flow_key *key, __u64 cookie,
				 const struct __sk_buff *skb, int state)
{
	const __u64 *listener;

	if (state == TCP_LISTEN) {
		bpf_map_update_elem(&handshakes, key, &cookie, BPF_ANY);
		return;
	}
	if (meet_socket(cookie, sk_of(skb)))
		return;
	listener = bpf_map_lookup_elem(&handshakes, key);
	if (listener)
		inherit_owner(cookie, *listener);
}

static __always_inline struct totals *all_counts(void)
{
	return bpf_map_lookup_elem(&totals, &(__u32){ 0 });
}

/* A flow that is seen first. False: it is there already, or there is no room. */
static __always_inline bool add_flow(const struct flow_key *key, const struct traffic *flow)
{
	struct totals *all;

	if (bpf_map_update_elem(&flows, key, flow, BPF_NOEXIST))
		return false;
	all = all_counts();
	if (all)
		all->flows++;
	return true;
}

static __always_inline void count_all(const struct skb_packet *packet, bool is_egress)
{
	__u64 wire = (__u64)packet->packets * packet->headers + packet->payload;
	struct totals *all = all_counts();

	if (!all)
		return;
	if (is_egress) {
		all->tx_packets += packet->packets;
		all->tx_wire_bytes += wire;
	} else {
		all->rx_packets += packet->packets;
		all->rx_wire_bytes += wire;
	}
}

static __always_inline void count_packet(struct traffic *flow, const struct skb_packet *packet,
					 bool is_egress, bool is_stream)
{
	__u64 wire = (__u64)packet->packets * packet->headers + packet->payload;

	if (is_egress) {
		flow->tx_packets += packet->packets;
		flow->tx_wire_bytes += wire;
	} else {
		flow->rx_packets += packet->packets;
		flow->rx_wire_bytes += wire;
	}
	if (is_stream)
		return;
	if (is_egress)
		flow->tx_bytes += packet->payload;
	else
		flow->rx_bytes += packet->payload;
}

/* What the socket knows of the connection. */
static __always_inline void measure(struct traffic *flow, const struct tcp_sock *tp, int state,
				    const struct skb_packet *packet, bool is_egress, bool is_new)
{
	if (is_egress)
		follow_out(flow, tp, state, packet, is_new);
	else
		follow_in(flow, tp, state, packet, is_new);
	flow->srtt = tp->srtt_us * 125ULL;
	flow->retrans = tp->total_retrans;
}

/*
 * Of when is what a packet tells, so that of several CPUs the one that knows it last is believed?
 * TCP has read the clock itself, when it began to send or to look at what had come last: what its
 * socket knows is of then, or of a change of its state since. What data on its way in tells comes
 * just after that. Reading the clock for each packet would take a third of the program's time.
 */
static __always_inline __u64 time_of(const struct skb_packet *packet, const struct tcp_sock *tp,
				     const struct flow_key *key, bool is_egress)
{
	const __u64 *change;
	__u64 time;

	if (!tp)
		return bpf_ktime_get_ns();
	time = tp->tcp_clock_cache;
	if (is_egress || !packet->payload)
		return time;
	change = last_change(key);
	return (change && *change > time ? *change : time) + 1;
}

static __always_inline void account(struct __sk_buff *skb, bool is_egress)
{
	bool is_tcp, is_stream, is_new = false;
	struct bpf_sock *socket = skb->sk;
	const struct tcp_sock *tp = NULL;
	struct skb_packet packet = {};
	struct flow_key key = {};
	struct traffic *at;
	cookie_t cookie = 0;
	int state;

	if (!with_loopback && skb->ifindex == LOOPBACK_IFINDEX)
		return;
	if (!socket)
		return;
	socket = bpf_sk_fullsock(socket);
	if (!socket || !load_packet(skb, endpoints_of(&key), is_egress, &packet))
		return;
	if (target_protocol && packet.protocol != target_protocol)
		return;
	is_tcp = packet.protocol == IPPROTO_TCP;
	/* the kernel's own sockets, which answer for those that are gone, are raw */
	is_stream = is_tcp && socket->type == SOCK_STREAM;
	state = is_stream ? socket->state : 0;
	if (is_stream && state != TCP_LISTEN)
		tp = bpf_skc_to_tcp_sock(socket);
	if (tp) {
		key.netns = common_of(tp)->skc_net.net->ns.inum;
		cookie = common_of(tp)->skc_cookie.counter;
	} else {
		key.netns = BPF_CORE_READ(sk_of(skb), __sk_common.skc_net.net, ns.inum);
	}
	/* what flowtop filters by may be at either end */
	if (!is_target_packet((const struct flow *)endpoints_of(&key)))
		return;

	if (!cookie)
		cookie = bpf_get_socket_cookie(skb);
	key.protocol = packet.protocol;
	key.socket = is_tcp ? 0 : cookie;
	if (has_task_target()) {
		if (state == TCP_LISTEN || !find_owner(cookie))
			meet(&key, cookie, skb, state);
		if (!is_target_owner(find_owner(cookie)))
			return;
	}

	count_all(&packet, is_egress);
	at = bpf_map_lookup_elem(&flows, &key);
	if (!at) {
		struct traffic none = {};

		is_new = add_flow(&key, &none);
		at = bpf_map_lookup_elem(&flows, &key);
		if (!at)
			return;
	}
	count_packet(at, &packet, is_egress, is_stream);
	/* nor does a socket that was reset know more of it than before */
	if (!is_new && is_tcp && (!is_stream || state == TCP_CLOSE))
		return;
	if (at->user != cookie)
		meet(&key, cookie, skb, state);
	at->user = cookie;
	at->seen = time_of(&packet, tp, &key, is_egress);
	at->state = state;
	if (tp)
		measure(at, tp, state, &packet, is_egress, is_new);
}

SEC("?cgroup_skb/egress")
int flows_egress_cgroup(struct __sk_buff *skb)
{
	account(skb, true);
	return 1;
}

SEC("?cgroup_skb/ingress")
int flows_ingress_cgroup(struct __sk_buff *skb)
{
	account(skb, false);
	return 1;
}

/*
 * What is known of a connection by its socket alone, while it is not locked: at a change of its
 * state, which shows what no packet has, and of one that is older than the run.
 * @state: the one before
 */
static __always_inline void read_socket(struct traffic *flow, const struct sock *sk, int state)
{
	const struct tcp_sock *tp = (const void *)sk;
	__u32 next = BPF_CORE_READ(tp, snd_nxt);
	bytes_t received = received_data(sk);
	user_t user = user_of(sk);

	flow->sent = BPF_CORE_READ(tp, bytes_acked) + (__u32)(next - BPF_CORE_READ(tp, snd_una));
	/* next is behind our FIN */
	if (has_fin(state) && next == BPF_CORE_READ(tp, write_seq))
		flow->sent--;
	/* a segment that has come is taken for received before the socket knows of it */
	if (flow->user != user || flow->received < received)
		flow->received = received;
	flow->srtt = BPF_CORE_READ(tp, srtt_us) * 125ULL;
	flow->retrans = BPF_CORE_READ(tp, total_retrans);
	flow->user = user;
	flow->seen = bpf_ktime_get_ns();
}

/* Packets come before their socket knows of them, and a connection may end without any. */
static __always_inline int follow_state(const struct sock *sk, int before, int state)
{
	struct flow_key key = { .protocol = IPPROTO_TCP };
	const __u64 *listener;
	struct traffic *at;
	__u64 *change;

	if (state == TCP_LISTEN || !is_tcp(sk))
		return 0;
	read_endpoints(endpoints_of(&key), sk);
	at = bpf_map_lookup_elem(&flows, &key);
	if (!at)
		return 0;
	read_socket(at, sk, before);
	at->state = state;
	change = last_change(&key);
	if (change)
		*change = at->seen;
	if (before != TCP_SYN_RECV)
		return 0;
	listener = bpf_map_lookup_elem(&handshakes, &key);
	if (listener)
		inherit_owner(at->user, *listener);
	return 0;
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(states_tp_btf, const struct sock *sk, int before, int state)
{
	return follow_state(sk, before, state);
}

SEC("?raw_tp/inet_sock_set_state")
int states_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return follow_state((void *)ctx->args[0], ctx->args[1], ctx->args[2]);
}

static __always_inline const struct cgroup *cgroup_of(const struct sock *sk)
{
	const struct sock_cgroup_data___union *old =
		(void *)__builtin_preserve_access_index(&sk->sk_cgrp_data);
	__u64 val;

	if (bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		return BPF_CORE_READ(sk, sk_cgrp_data.cgroup);
	val = BPF_CORE_READ(old, val);
	return val & 3 ? NULL : (const struct cgroup *)val;
}

/* Its packets stay on this machine. */
static __always_inline bool is_local(const struct sock *sk, const struct endpoints *at)
{
	const __u64 *laddr = (const __u64 *)at->laddr, *raddr = (const __u64 *)at->raddr;

	return (laddr[0] == raddr[0] && laddr[1] == raddr[1]) ||
	       BPF_CORE_READ(sk, sk_dst_cache, dev, ifindex) == LOOPBACK_IFINDEX;
}

static __always_inline bool is_target_socket(const struct sock *sk, const struct flow_key *key)
{
	if (target_protocol && key->protocol != target_protocol)
		return false;
	if (!is_target_packet((const struct flow *)key->laddr))
		return false;
	if (!is_target_owner(find_owner(user_of(sk))))
		return false;
	if (!with_loopback && is_local(sk, (const struct endpoints *)key->laddr))
		return false;
	return !place_cgroup_id || is_below_cgroup(cgroup_of(sk), place_cgroup_id);
}

/* Runs over all open files once: connections that are older than the run are known while they are
 * silent. */
SEC("?iter/task_file")
int older_iter(struct task_file_walk *ctx)
{
	const struct sock *sk = ctx->task && ctx->file ? sock_of_file(ctx->file) : NULL;
	struct traffic flow = {};
	struct flow_key key = {};
	int state;

	if (!sk || !is_inet(BPF_CORE_READ(sk, __sk_common.skc_family)))
		return 0;
	state = BPF_CORE_READ(sk, __sk_common.skc_state);
	key.protocol = BPF_CORE_READ(sk, sk_protocol);
	read_endpoints(endpoints_of(&key), sk);
	if (is_tcp(sk)) {
		if (state == TCP_LISTEN || state == TCP_CLOSE)
			return 0;
		read_socket(&flow, sk, state);
		flow.state = state;
		flow.tx_before = flow.sent;
		flow.rx_before = flow.received;
	} else {
		/* datagrams know both ends only of sockets that are connected */
		if (key.protocol != IPPROTO_UDP || !key.rport)
			return 0;
		flow.user = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
		/* its packets will have another key, once it has a cookie */
		if (!flow.user)
			return 0;
		flow.seen = bpf_ktime_get_ns();
		key.socket = flow.user;
	}
	if (is_target_socket(sk, &key))
		add_flow(&key, &flow);
	return 0;
}
