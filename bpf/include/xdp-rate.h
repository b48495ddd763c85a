/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What is above a rate, per source: the generic cell rate algorithm (ITU-T I.371, A), which is a
 * token bucket in one number. A source may send what its rate allows for a second at once, and
 * after that one packet per interval.
 */
#ifndef EBPF_KIT_XDP_RATE_H
#define EBPF_KIT_XDP_RATE_H

#include "xdp-rules.h"

#define SECOND 1000000000ULL

/* A source, as a rule with a rate sees it. */
struct source {
	__u64 high;
	__u64 low;
	__u32 slot;   /* of the rule */
	__u32 family; /* 4 or 6; 0: the address is that of Ethernet */
};

/* When the next packet of a source would be in time, ns since boot without sleep. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536); /* --max-sources */
	__type(key, struct source);
	__type(value, __u64);
} rates SEC(".maps");

/* @returns whether it has one: not if the frame is cut off */
static __always_inline bool put_source(struct source *to, const struct packet *p,
				       const struct frame *frame)
{
	const struct ethernet_header *ethernet = frame->start;

	to->family = p->family;
	if (p->family) {
		to->high = p->source.high;
		to->low = p->source.low;
		return true;
	}
	if (frame->start + sizeof(*ethernet) > frame->end)
		return false;
	__builtin_memcpy(&to->high, ethernet->source, sizeof(ethernet->source));
	return true;
}

/* Two CPUs that see packets of one source at once may let one more pass. */
static __always_inline bool is_above_rate(const struct rule_facts *rule, const struct packet *p,
					  const struct frame *frame)
{
	struct source source = { .slot = rule->slot };
	__u64 now = bpf_ktime_get_ns();
	__u64 due = now, *known;

	if (!put_source(&source, p, frame))
		return false;
	known = bpf_map_lookup_elem(&rates, &source);
	if (known && *known > now)
		due = *known;
	if (due - now > SECOND - rule->interval)
		return true;
	due += rule->interval;
	if (known)
		*known = due;
	else
		bpf_map_update_elem(&rates, &source, &due, BPF_ANY);
	return false;
}

#endif
