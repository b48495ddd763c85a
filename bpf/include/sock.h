/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The kernel's sockets, as far as the programs read them, and who talks to whom
 * through one.
 */
#ifndef EBPF_KIT_SOCK_H
#define EBPF_KIT_SOCK_H

#include "kernel.h"

#include <bpf/bpf_endian.h>

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define SOCK_STREAM 1
#define S_IFMT 0170000
#define S_IFSOCK 0140000

/* bits of sk_shutdown (include/net/sock.h) */
#define RCV_SHUTDOWN 1

/* bits of skc_flags (enum sock_flags in include/net/sock.h) */
enum {
	SOCK_DONE = 1, /* a FIN has come */
	SOCK_LINGER = 4,
};

/* include/net/tcp_states.h */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
	TCP_NEW_SYN_RECV,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	__u8 bytes[16];
};

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

typedef struct {
	__s64 counter;
} atomic64_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned long skc_flags;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
};

typedef struct {
	int owned;
} socket_lock_t;

/* since v5.15, and some stable kernels: 8520e224f547 ("bpf, cgroups: Fix cgroup v2 fallback on
 * v1/v2 mixed mode") */
struct sock_cgroup_data {
	struct cgroup *cgroup;
};

struct sock_cgroup_data___union {
	__u64 val; /* the pointer, or one of the two lowest bits is set */
};

struct sock {
	struct sock_common __sk_common;
	struct dst_entry *sk_dst_cache;
	struct sock_cgroup_data sk_cgrp_data;
	socket_lock_t sk_lock;
	__u16 sk_protocol;
	__u16 sk_type;
	__u8 sk_shutdown;
	int sk_err;
	unsigned long sk_lingertime;
	struct socket *sk_socket;
	__u32 sk_max_ack_backlog;
	__u32 sk_ack_backlog;
};

/* include/uapi/linux/net.h */
typedef enum {
	SS_FREE,
	SS_UNCONNECTED,
	SS_CONNECTING,
	SS_CONNECTED,
	SS_DISCONNECTING,
} socket_state;

struct socket {
	socket_state state;
	struct file *file;
	struct sock *sk;
};

struct inet_connection_sock {
	__u8 icsk_ca_state : 5;
	__u8 icsk_retransmits;
	__u8 icsk_pending;
};

struct tcp_sock {
	__u64 bytes_received;
	__u64 bytes_sent;
	__u64 bytes_acked;
	__u64 bytes_retrans;
	__u64 tcp_clock_cache; /* CLOCK_MONOTONIC, ns: when it has read the clock last */
	__u32 snd_una;
	__u32 snd_nxt;
	__u32 write_seq;
	__u32 rcv_nxt;
	__u32 copied_seq;
	__u32 data_segs_in;
	__u32 srtt_us; /* eighths of a microsecond */
	__u32 total_retrans;
	struct {
		__u64 time; /* CLOCK_MONOTONIC, µs */
	} rcvq_space;
};

/* since v6.10, and some stable kernels: 92ef0fd55ac8 ("net: change proto and proto_ops accept
 * type") */
struct proto_accept_arg {
	int flags;
};

struct inet_sock {
	__be16 inet_sport;
};

/* a handshake that is not complete */
struct request_sock {
	struct sock_common __req_common;
	__u8 num_retrans;
};

struct tcp_request_sock {
	__u32 snt_isn;
};

struct net_device {
	char name[16];
	int ifindex;
	possible_net_t nd_net;
};

struct dst_entry {
	struct net_device *dev;
};

struct sk_buff {
	struct sock *sk;
	struct net_device *dev;
	char cb[48];
	unsigned long _skb_refdst;
	unsigned int len;
	__be16 protocol;
	__u16 network_header;
	unsigned char *head;
	unsigned char *data;
};

/* what TCP keeps in cb */
struct tcp_skb_cb {
	__u32 seq;
};

#pragma clang attribute pop

/*
 * Both ends of a connection, as the socket sees them. Being the first of an
 * event's fields that lie together, it is lent by `struct endpoints;`.
 */
struct endpoints {
	ipaddr_t laddr;
	ipaddr_t raddr;
	port_t lport;
	port_t rport;
	netns_t netns;
};

#define endpoints_of(event) ((struct endpoints *)&(event)->laddr)

static __always_inline void put_ipv4(ipaddr_t to, __be32 address)
{
	__u32 *words = (__u32 *)to;

	words[0] = 0;
	words[1] = 0;
	words[2] = bpf_htonl(0xffff);
	words[3] = address;
}

/* Of any kind of socket, also a request or one in TIME_WAIT: all begin with the same fields. */
static __always_inline void read_common_endpoints(struct endpoints *to,
						  const struct sock_common *sk)
{
	if (BPF_CORE_READ(sk, skc_family) == AF_INET6) {
		BPF_CORE_READ_INTO(&to->laddr, sk, skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&to->raddr, sk, skc_v6_daddr);
	} else {
		put_ipv4(to->laddr, BPF_CORE_READ(sk, skc_rcv_saddr));
		put_ipv4(to->raddr, BPF_CORE_READ(sk, skc_daddr));
	}
	to->lport = BPF_CORE_READ(sk, skc_num);
	to->rport = bpf_ntohs(BPF_CORE_READ(sk, skc_dport));
	to->netns = BPF_CORE_READ(sk, skc_net.net, ns.inum);
}

/* Of a full socket: one that is closed has given its port back, but still knows it. */
static __always_inline void read_endpoints(struct endpoints *to, const struct sock *sk)
{
	read_common_endpoints(to, &sk->__sk_common);
	if (!to->lport)
		to->lport = bpf_ntohs(BPF_CORE_READ((const struct inet_sock *)sk, inet_sport));
}

/* Raw sockets and netlink know the number of the protocol, too, or one that is the same. */
static __always_inline bool is_tcp(const struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	return (family == AF_INET || family == AF_INET6) &&
	       BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP &&
	       BPF_CORE_READ(sk, sk_type) == SOCK_STREAM;
}

/* The socket that an open file is, or NULL. A socket opened by its path (O_PATH) is none. */
static __always_inline const struct socket *socket_of_file(const struct file *file)
{
	const struct socket *socket;

	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, file) == file ? socket : NULL;
}

static __always_inline const struct sock *sock_of_file(const struct file *file)
{
	const struct socket *socket = socket_of_file(file);

	return socket ? BPF_CORE_READ(socket, sk) : NULL;
}

/* Connected to nothing and waiting for nobody. */
static __always_inline bool is_closed(const struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_CLOSE;
}

/*
 * The current task is inside a call on this socket, and no stranger that a
 * packet has interrupted: packets and timers take the lock without owning it.
 */
static __always_inline bool is_in_call(const struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_lock.owned);
}

/*
 * What inet_csk_accept() returns, of the arguments of an fexit program. The result stands behind
 * those of the function: two, or four where there is no struct for three of them. The compiler must
 * not make one load of the two: it would compute where to load from, which the verifier refuses.
 */
static __always_inline const struct sock *accepted_socket(const __u64 *args)
{
	__u64 sk;

	if (bpf_core_type_exists(struct proto_accept_arg)) {
		sk = args[2];
		asm volatile("" : "+r"(sk));
	} else {
		sk = args[4];
		asm volatile("" : "+r"(sk));
	}
	return (const struct sock *)sk;
}

#endif
