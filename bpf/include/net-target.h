/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which connections a tool watches, decided in the kernel. The constants are
 * set before load, so a filter that is not used costs nothing.
 */
#ifndef EBPF_KIT_NET_TARGET_H
#define EBPF_KIT_NET_TARGET_H

#include "sock.h"

const volatile bool target_by_lport = false;
const volatile bool target_by_rport = false;
const volatile bool target_by_laddr = false;
const volatile bool target_by_raddr = false;
const volatile __u8 target_ip = 0;	 /* 4 or 6; 0: both */
const volatile netns_t target_netns = 0; /* 0: any */

enum { LOCAL, REMOTE };

/* One bit for each port. */
struct port_set {
	__u32 bits[2048];
};

/* Of the local and the remote side. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct port_set);
} target_ports SEC(".maps");

/* Addresses of one side that begin with these bits; the side's 32 bits count, too. */
struct net_prefix {
	__u32 prefixlen;
	__u32 side;
	ipaddr_t addr;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct net_prefix);
	__type(value, __u32);
} target_nets SEC(".maps");

static __always_inline bool has_port(const struct port_set *set, port_t port)
{
	return set->bits[port / 32] >> (port % 32) & 1;
}

static __always_inline bool is_target_port(__u32 side, port_t port)
{
	const struct port_set *set = bpf_map_lookup_elem(&target_ports, &side);

	return set && has_port(set, port);
}

static __always_inline bool is_target_addr(__u32 side, const ipaddr_t addr)
{
	struct net_prefix prefix = { .prefixlen = 32 + 128, .side = side };

	__builtin_memcpy(prefix.addr, addr, sizeof(prefix.addr));
	return bpf_map_lookup_elem(&target_nets, &prefix);
}

static __always_inline bool is_ipv4(const ipaddr_t addr)
{
	const __u32 *words = (const __u32 *)addr;

	return words[0] == 0 && words[1] == 0 && words[2] == bpf_htonl(0xffff);
}

static __always_inline bool is_target_connection(const struct endpoints *at)
{
	if (target_ip && (target_ip == 4) != is_ipv4(at->raddr))
		return false;
	if (target_netns && at->netns != target_netns)
		return false;
	if (target_by_lport && !is_target_port(LOCAL, at->lport))
		return false;
	if (target_by_rport && !is_target_port(REMOTE, at->rport))
		return false;
	if (target_by_laddr && !is_target_addr(LOCAL, at->laddr))
		return false;
	return !target_by_raddr || is_target_addr(REMOTE, at->raddr);
}

#endif
