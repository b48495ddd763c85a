/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which packets a tool watches, decided in the kernel: those that net-target.h lets pass,
 * their source taken for the local side, and by what may be at either end of them.
 */
#ifndef EBPF_KIT_PACKET_TARGET_H
#define EBPF_KIT_PACKET_TARGET_H

#include "net-target.h"
#include "packet.h"

const volatile bool target_by_port = false;
const volatile bool target_by_addr = false;

/* A further side for target_nets. */
enum { EITHER = REMOTE + 1 };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct port_set);
} target_port SEC(".maps");

static __always_inline bool is_either_port(port_t sport, port_t dport)
{
	const struct port_set *set = bpf_map_lookup_elem(&target_port, &(__u32){ 0 });

	return set && (has_port(set, sport) || has_port(set, dport));
}

static __always_inline bool is_target_packet(const struct flow *flow)
{
	if (!is_target_connection((const struct endpoints *)flow))
		return false;
	if (target_by_port && !is_either_port(flow->sport, flow->dport))
		return false;
	return !target_by_addr || is_target_addr(EITHER, flow->saddr) ||
	       is_target_addr(EITHER, flow->daddr);
}

#endif
