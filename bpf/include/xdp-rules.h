/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which rule decides about a packet. Each condition is a table: for each value that a field can
 * have, it has the class of those rules that this value suits, as a set of bits. What is left of
 * all rules after the tables of all fields are those that suit the packet; so many rules cost no
 * more than one that has the same conditions. Tables that no rule needs are not looked at.
 *
 * The maps are written before the program runs, and never change: other rules are another program
 * with maps of its own, which takes the place of this one in its link, from one packet to the next.
 * So there is no packet that sees half of them, and each program has just what its rules need.
 */
#ifndef EBPF_KIT_XDP_RULES_H
#define EBPF_KIT_XDP_RULES_H

#include "xdp-sets.h"

/* Rules that can be told apart; 64 for each word. */
#define RULE_WORDS 8

const volatile __u32 rule_words = 1; /* in use */

/* Any of the conditions of one kind: a constant that is asked for costs a little, so few are. */
const volatile bool with_ports = false;	 /* ports, flags, types */
const volatile bool with_shapes = false; /* fragments, lengths, VLANs, defects */
const volatile bool with_macs = false;

/* Where the tables begin in `tables`; 0: no rule has such a condition. */
const volatile __u32 proto_at = 0;
const volatile __u32 sport_at = 0;
const volatile __u32 dport_at = 0;
const volatile __u32 flags_at = 0;
const volatile __u32 type_at = 0;
const volatile __u32 fragment_at = 0;
const volatile __u32 length_at = 0;
const volatile __u32 vlan_at = 0;
const volatile __u32 defect_at = 0; /* without a defect, and with each of them */

/* Roots of tries, of IPv4 and IPv6, and the classes of what is in none. */
const volatile bool by_source = false;
const volatile bool by_destination = false;
const volatile __u32 source_roots[2] = { NO_ROOT, NO_ROOT };
const volatile __u32 destination_roots[2] = { NO_ROOT, NO_ROOT };
const volatile __u32 other_source = 0;
const volatile __u32 other_destination = 0;

/* And of addresses on Ethernet. */
const volatile bool by_mac = false;
const volatile bool by_source_mac = false;
const volatile bool by_destination_mac = false;
const volatile __u32 other_mac = 0;
const volatile __u32 other_source_mac = 0;
const volatile __u32 other_destination_mac = 0;

/* One of at least has a rate or a percentage: what suits a packet need not drop it. */
const volatile bool with_rates = false;
const volatile bool with_chances = false;

/* A set of rules. */
struct rule_bits {
	__u64 words[RULE_WORDS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* the loader's to set */
	__type(key, __u32);
	__type(value, struct rule_bits);
} classes SEC(".maps");

/*
 * By value, table after table: a class, or, where one word is enough for all rules and a packet has
 * just one such value, the rules themselves.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* the loader's to set */
	__type(key, __u32);
	__type(value, __u64);
} tables SEC(".maps");

enum mac_side {
	MAC_EITHER,
	MAC_SOURCE,
	MAC_DESTINATION,
};

struct mac_key {
	__u8 address[6];
	__u16 side; /* enum mac_side */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* the loader's to set */
	__type(key, struct mac_key);
	__type(value, __u32);
} macs SEC(".maps");

/* What there is to know of a rule that suits a packet. */
struct rule_facts {
	__u64 interval; /* ns between two packets of a source that are no more than its rate; 0: any
			 */
	__u64 chance;	/* of 2^32; 0: always */
	__u32 defects;	/* one of them at least; 0: any */
	__u32 slot;	/* of its counters */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* the loader's to set */
	__type(key, __u32);
	__type(value, struct rule_facts);
} rules SEC(".maps");

/* Keep the rules of either class. @returns whether any are left */
static __always_inline bool keep_either(struct rule_bits *left, __u32 one, __u32 other)
{
	const struct rule_bits *a = bpf_map_lookup_elem(&classes, &one);
	const struct rule_bits *b = one == other ? a : bpf_map_lookup_elem(&classes, &other);
	__u64 any = 0;
	__u32 i;

	if (!a || !b)
		return false;
#pragma unroll
	for (i = 0; i < RULE_WORDS; i++) {
		if (i >= rule_words)
			break;
		left->words[i] &= a->words[i] | b->words[i];
		any |= left->words[i];
	}
	return any;
}

static __always_inline bool keep(struct rule_bits *left, __u32 class)
{
	const struct rule_bits *bits = bpf_map_lookup_elem(&classes, &class);
	__u64 any = 0;
	__u32 i;

	if (!bits)
		return false;
#pragma unroll
	for (i = 0; i < RULE_WORDS; i++) {
		if (i >= rule_words)
			break;
		left->words[i] &= bits->words[i];
		any |= left->words[i];
	}
	return any;
}

static __always_inline __u32 table_class(__u32 index)
{
	const __u64 *class = bpf_map_lookup_elem(&tables, &index);

	return class ? *class : 0;
}

static __always_inline bool keep_by(struct rule_bits *left, __u32 table, __u32 value)
{
	__u32 index = table + value;
	const __u64 *element;

	if (!table)
		return true;
	if (rule_words > 1)
		return keep(left, table_class(index));
	element = bpf_map_lookup_elem(&tables, &index);
	if (!element)
		return false;
	left->words[0] &= *element;
	return left->words[0];
}

/* The class of a packet with all these defects: those that suit any of them. */
static __always_inline bool keep_by_defects(struct rule_bits *left, __u32 defects)
{
	struct rule_bits any = {};
	__u32 i, j;

	if (!defect_at)
		return true;
	if (!defects)
		return keep(left, table_class(defect_at));
	for (i = 0; i < DEFECTS; i++) {
		const struct rule_bits *bits;
		__u32 class;

		if (!(defects >> i & 1))
			continue;
		class = table_class(defect_at + 1 + i);
		bits = bpf_map_lookup_elem(&classes, &class);
		if (!bits)
			return false;
#pragma unroll
		for (j = 0; j < RULE_WORDS; j++) {
			if (j >= rule_words)
				break;
			any.words[j] |= bits->words[j];
		}
	}
#pragma unroll
	for (j = 0; j < RULE_WORDS; j++) {
		if (j >= rule_words)
			break;
		left->words[j] &= any.words[j];
	}
	return true;
}

static __always_inline __u32 address_class(const struct packet *p, const volatile __u32 roots[2],
					   const struct address128 *address, __u32 other)
{
	if (p->family == 4 && roots[0] != NO_ROOT)
		return find_class(roots[0], address);
	if (p->family == 6 && roots[1] != NO_ROOT)
		return find_class(roots[1], address);
	return other;
}

static __always_inline __u32 mac_class(const __u8 *address, enum mac_side side, __u32 other)
{
	struct mac_key key = { .side = side };
	const __u32 *class;

	__builtin_memcpy(key.address, address, sizeof(key.address));
	class = bpf_map_lookup_elem(&macs, &key);
	return class ? *class : other;
}

static __always_inline bool keep_by_macs(struct rule_bits *left, const struct frame *frame)
{
	const struct ethernet_header *ethernet = frame->start;

	if (!with_macs)
		return true;
	if (frame->start + sizeof(*ethernet) > frame->end)
		return false;
	if (by_source_mac && !keep(left, mac_class(ethernet->source, MAC_SOURCE, other_source_mac)))
		return false;
	if (by_destination_mac &&
	    !keep(left, mac_class(ethernet->destination, MAC_DESTINATION, other_destination_mac)))
		return false;
	return !by_mac || keep_either(left, mac_class(ethernet->source, MAC_EITHER, other_mac),
				      mac_class(ethernet->destination, MAC_EITHER, other_mac));
}

static __always_inline bool keep_by_vlans(struct rule_bits *left, const struct packet *p)
{
	__u32 outer, inner;

	if (!vlan_at)
		return true;
	outer = table_class(vlan_at + p->vlans[0]);
	inner = p->vlans[1] == NO_VLAN ? outer : table_class(vlan_at + p->vlans[1]);
	return keep_either(left, outer, inner);
}

static __always_inline bool keep_by_ports(struct rule_bits *left, const struct packet *p)
{
	return !with_ports ||
	       (keep_by(left, dport_at, p->dport) && keep_by(left, sport_at, p->sport) &&
		keep_by(left, flags_at, p->flags) && keep_by(left, type_at, p->type));
}

static __always_inline bool keep_by_shapes(struct rule_bits *left, const struct packet *p,
					   const struct frame *frame)
{
	__u32 length = frame->length;

	return !with_shapes || (keep_by(left, fragment_at, p->is_fragment) &&
				keep_by(left, length_at, length < NO_PORT ? length : NO_PORT - 1) &&
				keep_by_vlans(left, p) && keep_by_defects(left, p->defects));
}

static __always_inline bool keep_by_addresses(struct rule_bits *left, const struct packet *p)
{
	if (!with_addresses)
		return true;
	if (by_source && !keep(left, address_class(p, source_roots, &p->source, other_source)))
		return false;
	return !by_destination ||
	       keep(left, address_class(p, destination_roots, &p->destination, other_destination));
}

/* The rules that suit a packet, cheap conditions first. @returns whether there are any */
static __always_inline bool find_rules(struct rule_bits *left, const struct packet *p,
				       const struct frame *frame)
{
	__u32 i;

#pragma unroll
	for (i = 0; i < RULE_WORDS; i++) {
		if (i >= rule_words)
			break;
		left->words[i] = ~0ULL;
	}
	return keep_by(left, proto_at, p->proto) && keep_by_ports(left, p) &&
	       keep_by_shapes(left, p, frame) && keep_by_addresses(left, p) &&
	       keep_by_macs(left, frame);
}

#endif
