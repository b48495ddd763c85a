/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Sets of networks: which rules name an address, in a few steps whatever their number. The kernel's
 * own LPM trie takes one step for each bit by which its entries differ; here the first step takes
 * 16 bits, and each further one 4.
 *
 * A trie's entry is a class (of rules), a node with 16 entries, or a prefix that all networks below
 * have in common. src/rules/trie.ts builds them; they never change once the program runs.
 */
#ifndef EBPF_KIT_XDP_SETS_H
#define EBPF_KIT_XDP_SETS_H

#include "xdp-packet.h"

/* An entry: what it is in the upper 2 bits, which word of 4 bits a node looks at in 5, its number
 * in 25. */
enum entry_kind {
	ENTRY_CLASS,
	ENTRY_NODE,
	ENTRY_PREFIX,
};

#define ENTRY_KIND(entry) ((entry) >> 30)
#define ENTRY_DEPTH(entry) ((entry) >> 25 & 31)
#define ENTRY_NUMBER(entry) ((entry)&0x1ffffff)

/* The first 16 bits are 4096 nodes, one after the other. */
#define NO_ROOT 0xffffffff

/* A prefix and a node take 8 bits or more, of the 112 that are left. */
#define STEPS_MAX 30

struct set_node {
	__u32 entries[16];
};

struct set_prefix {
	__u64 high;
	__u64 low;
	__u64 high_mask;
	__u64 low_mask;
	__u32 inside; /* the entry of addresses that begin so */
	__u32 outside;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* the loader's to set */
	__type(key, __u32);
	__type(value, struct set_node);
} set_nodes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* the loader's to set */
	__type(key, __u32);
	__type(value, struct set_prefix);
} set_prefixes SEC(".maps");

static __always_inline __u32 node_entry(__u32 number, __u32 index)
{
	const struct set_node *node = bpf_map_lookup_elem(&set_nodes, &number);

	return node ? node->entries[index & 15] : 0;
}

static __always_inline __u32 prefix_entry(__u32 number, const struct address128 *address)
{
	const struct set_prefix *prefix = bpf_map_lookup_elem(&set_prefixes, &number);
	__u64 differs;

	if (!prefix)
		return 0;
	differs = ((address->high ^ prefix->high) & prefix->high_mask) |
		  ((address->low ^ prefix->low) & prefix->low_mask);
	return differs ? prefix->outside : prefix->inside;
}

/* The class of the rules that name this address. @root: of the trie, not NO_ROOT */
static __always_inline __u32 find_class(__u32 root, const struct address128 *address)
{
	__u32 entry = node_entry(root + (address->high >> 52), address->high >> 48);
	int i;

	for (i = 0; i < STEPS_MAX && ENTRY_KIND(entry) != ENTRY_CLASS; i++) {
		if (ENTRY_KIND(entry) == ENTRY_NODE) {
			__u32 depth = ENTRY_DEPTH(entry);
			__u64 word = depth < 16 ? address->high : address->low;

			entry = node_entry(ENTRY_NUMBER(entry), word >> (60 - 4 * (depth & 15)));
		} else {
			entry = prefix_entry(ENTRY_NUMBER(entry), address);
		}
	}
	return ENTRY_NUMBER(entry);
}

#endif
