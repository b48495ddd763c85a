// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * tcplife: TCP sessions at their end, or those that are open now.
 *
 * A session is what was established: a connect that fails is none. It ends when
 * its socket is closed; TIME_WAIT, where a smaller structure takes the socket's
 * place, comes after the end.
 */
#include "iter.h"
#include "net-target.h"
#include "ring.h"
#include "sock-end.h"
#include "sock-owner.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum role {
	ROLE_CONNECT,
	ROLE_ACCEPT,
};

struct session {
	struct endpoints;
	struct owner;
	time_ns_t time;
	duration_ns_t duration; /* since it was established; 0: not known */
	bytes_t tx_bytes;	/* data that the other side has acknowledged */
	bytes_t rx_bytes;	/* data that has come, each byte once */
	duration_ns_t srtt;
	address_t skaddr;
	__u32 retrans;
	tcp_state_t state; /* the last one before the end */
	__u8 role;
	__u8 reason; /* enum end */
	__u8 reserved;
};

const struct session *session_event __attribute__((unused));

/* What has been seen of a session that goes on, by its socket's address. */
struct progress {
	time_ns_t established; /* 0: not seen */
	__u32 closed_at;       /* data segments that had come when its process closed it */
	flag_t is_closed;
	__u8 role;
	__u8 reserved[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct progress);
} sessions SEC(".maps");

/*
 * What an accepted socket has of its listener, and one that has connected has not: room for a
 * queue. listen(fd, 0) leaves none.
 */
static __always_inline enum role guess_role(const struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_max_ack_backlog) ? ROLE_ACCEPT : ROLE_CONNECT;
}

/* From SYN_RECV: a simultaneous open is one of two connects. Only a connect has a struct socket
 * then. */
static __always_inline enum role see_role(const struct sock *sk, int oldstate)
{
	if (oldstate == TCP_SYN_SENT)
		return ROLE_CONNECT;
	return BPF_CORE_READ(sk, sk_socket) ? guess_role(sk) : ROLE_ACCEPT;
}

static __always_inline void put_session(struct session *to, const struct sock *sk, int state,
					const struct progress *seen)
{
	const struct tcp_sock *tp = (const void *)sk;

	to->time = bpf_ktime_get_boot_ns();
	if (seen && seen->established) {
		to->duration = to->time - seen->established;
		to->role = seen->role;
	} else {
		to->role = guess_role(sk);
	}
	to->tx_bytes = acked_data(sk, state, to->role == ROLE_CONNECT);
	to->rx_bytes = received_data(sk);
	to->srtt = (__u64)BPF_CORE_READ(tp, srtt_us) * 125;
	to->skaddr = (__u64)sk;
	to->retrans = BPF_CORE_READ(tp, total_retrans);
	to->state = state;
}

static __always_inline int begins(const struct sock *sk, int oldstate)
{
	struct progress seen = {
		.established = bpf_ktime_get_boot_ns(),
		.role = see_role(sk, oldstate),
	};
	__u64 key = (__u64)sk;

	bpf_map_update_elem(&sessions, &key, &seen, BPF_ANY);
	return 0;
}

/* From now on, data that comes is answered by RST. */
static __always_inline int closes(const struct sock *sk)
{
	__u32 segments = BPF_CORE_READ((const struct tcp_sock *)sk, data_segs_in);
	struct progress unseen = { .closed_at = segments, .is_closed = true };
	__u64 key = (__u64)sk;
	struct progress *seen = bpf_map_lookup_elem(&sessions, &key);

	if (!(BPF_CORE_READ(sk, sk_shutdown) & RCV_SHUTDOWN))
		return 0;
	if (seen) {
		seen->closed_at = segments;
		seen->is_closed = true;
	} else {
		bpf_map_update_elem(&sessions, &key, &unseen, BPF_ANY);
	}
	return 0;
}

static __always_inline bool is_late(const struct sock *sk, const struct progress *seen)
{
	return seen && seen->is_closed &&
	       BPF_CORE_READ((const struct tcp_sock *)sk, data_segs_in) != seen->closed_at;
}

static __always_inline int ends(const struct sock *sk, int state)
{
	__u64 key = (__u64)sk;
	const struct progress *seen = bpf_map_lookup_elem(&sessions, &key);
	const struct owner *owner = find_owner(sk);
	struct endpoints at = {};
	struct session *e = NULL;

	if (!is_target_owner(owner))
		goto forget;
	read_endpoints(&at, sk);
	if (!is_target_connection(&at))
		goto forget;
	e = reserve(struct session);
	if (!e)
		goto forget;
	__builtin_memcpy(endpoints_of(e), &at, sizeof(at));
	put_owner(owner_of(e), owner);
	put_session(e, sk, state, seen);
	e->reason = end_of(sk, state, is_late(sk, seen));
	submit(e);
forget:
	bpf_map_delete_elem(&sessions, &key);
	return 0;
}

static __always_inline int changes(const struct sock *sk, int oldstate, int newstate)
{
	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return 0;
	if (newstate == TCP_CLOSE)
		return is_established(oldstate) ? ends(sk, oldstate) : 0;
	if (is_established(newstate) && !is_established(oldstate))
		begins(sk, oldstate);
	return newstate == TCP_FIN_WAIT1 ? closes(sk) : 0;
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(session_tp_btf, const struct sock *sk, int oldstate, int newstate)
{
	return AS_FIRST(TWIN_STATES, changes(sk, oldstate, newstate));
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(session_tp_btf_twin, const struct sock *sk, int oldstate, int newstate)
{
	return AS_TWIN(TWIN_STATES, changes(sk, oldstate, newstate));
}

SEC("?raw_tp/inet_sock_set_state")
int session_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return AS_FIRST(TWIN_STATES, changes((void *)ctx->args[0], ctx->args[1], ctx->args[2]));
}

SEC("?raw_tp/inet_sock_set_state")
int session_raw_tp_twin(struct bpf_raw_tracepoint_args *ctx)
{
	return AS_TWIN(TWIN_STATES, changes((void *)ctx->args[0], ctx->args[1], ctx->args[2]));
}

static __always_inline int show_open(struct seq_file *seq, const struct sock *sk,
				     const struct owner *owner)
{
	int state = BPF_CORE_READ(sk, __sk_common.skc_state);
	struct session e = {};

	if (!is_established(state) || !is_target_owner(owner))
		return 0;
	read_endpoints(endpoints_of(&e), sk);
	if (!is_target_connection(endpoints_of(&e)))
		return 0;
	put_owner(owner_of(&e), owner);
	put_session(&e, sk, state, NULL);
	bpf_seq_write(seq, &e, sizeof(e));
	return 0;
}

/*
 * Those that processes hold, wherever. The kernel runs it again for a socket whose row was too much
 * for one read, so it must not leave out what it has shown.
 */
SEC("?iter/task_file")
int open_files_iter(struct task_file_walk *ctx)
{
	const struct sock *sk = note_holder(ctx);

	return sk ? show_open(ctx->meta->seq, sk, find_owner(sk)) : 0;
}

/* Then those that nobody holds, for they are not accepted yet, or closed and not at their end. */
SEC("?iter/tcp")
int open_tcp_iter(struct tcp_walk *ctx)
{
	const struct sock *sk = (const void *)ctx->sk;

	return sk && !find_owner(sk) ? show_open(ctx->meta->seq, sk, NULL) : 0;
}
