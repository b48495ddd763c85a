/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a TCP connection has carried, and why it ends. */
#ifndef EBPF_KIT_SOCK_END_H
#define EBPF_KIT_SOCK_END_H

#include "sock.h"

#include <asm-generic/errno.h>

/* Why a connection ends. */
enum end {
	END_NONE, /* not yet */
	END_FIN,
	END_RST,      /* that came */
	END_RST_SENT, /* by this side */
	END_TIMEOUT,
	END_UNREACHABLE,
	END_ERROR, /* another one */
};

/* The states of a socket that has been established, and is not closed yet. */
static __always_inline bool is_established(int state)
{
	return 1 << state & (1 << TCP_ESTABLISHED | 1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 |
			     1 << TCP_CLOSE_WAIT | 1 << TCP_LAST_ACK | 1 << TCP_CLOSING);
}

/* The states in which a FIN has been sent, or waits to be. */
static __always_inline bool has_fin(int state)
{
	return 1 << state &
	       (1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 | 1 << TCP_LAST_ACK | 1 << TCP_CLOSING);
}

/* Our FIN has been acknowledged: it is the last of what there was to send. */
static __always_inline bool is_fin_acked(const struct sock *sk, int state)
{
	const struct tcp_sock *tp = (const void *)sk;

	return has_fin(state) && BPF_CORE_READ(tp, snd_una) == BPF_CORE_READ(tp, write_seq);
}

static __always_inline bool has_flag(const struct sock *sk, int flag)
{
	return BPF_CORE_READ(sk, __sk_common.skc_flags) >> flag & 1;
}

/*
 * Bytes of data that the other side has acknowledged. The kernel's count follows the sequence
 * numbers, of which a SYN that connects and a FIN take one each.
 */
static __always_inline __u64 acked_data(const struct sock *sk, int state, bool connected)
{
	__u64 acked = BPF_CORE_READ((const struct tcp_sock *)sk, bytes_acked);
	__u64 others = connected + is_fin_acked(sk, state);

	return acked > others ? acked - others : 0;
}

/* Bytes of data that have come, in order; without the FIN that took a sequence number. */
static __always_inline __u64 received_data(const struct sock *sk)
{
	__u64 received = BPF_CORE_READ((const struct tcp_sock *)sk, bytes_received);

	return received ? received - has_flag(sk, SOCK_DONE) : 0;
}

/* Data, not just the FIN, that nobody has read. */
static __always_inline bool has_unread(const struct sock *sk)
{
	const struct tcp_sock *tp = (const void *)sk;

	return BPF_CORE_READ(tp, rcv_nxt) - BPF_CORE_READ(tp, copied_seq) > has_flag(sk, SOCK_DONE);
}

static __always_inline bool is_unreachable(int error)
{
	return error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN ||
	       error == ENETDOWN;
}

/*
 * Why the connection ends, while its state becomes CLOSE.
 * @late: data has come after its process had closed it, which is answered by RST. The kernel
 * handles that as if a RST had come (tcp_reset(), or tcp_done() alone).
 */
static __always_inline enum end end_of(const struct sock *sk, int state, bool late)
{
	int error = BPF_CORE_READ(sk, sk_err);

	if (late && (!error || error == ECONNRESET) && !has_flag(sk, SOCK_DONE))
		return END_RST_SENT;
	if (error == ECONNRESET || error == EPIPE)
		return END_RST;
	if (error == ECONNABORTED) /* tcp_abort(): ss --kill */
		return END_RST_SENT;
	if (error == ETIMEDOUT)
		return END_TIMEOUT;
	if (is_fin_acked(sk, state)) {
		bool aborts = has_unread(sk) ||
			      (has_flag(sk, SOCK_LINGER) && !BPF_CORE_READ(sk, sk_lingertime));

		return state == TCP_FIN_WAIT2 && is_in_call(sk) && aborts ? END_RST_SENT : END_FIN;
	}
	if (error)
		return is_unreachable(error) ? END_UNREACHABLE : END_ERROR;
	/* closed at once: without lingering, with data that nobody has read, or never accepted */
	return END_RST_SENT;
}

#endif
