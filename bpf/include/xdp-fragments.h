/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Fragments that overlap: which bytes of a datagram have come already. One that comes twice is
 * told as overlapping, too; the first one has passed.
 */
#ifndef EBPF_KIT_XDP_FRAGMENTS_H
#define EBPF_KIT_XDP_FRAGMENTS_H

#include "xdp-packet.h"

/* So long is a datagram waited for: IP_FRAG_TIME of include/net/ip.h. */
#define FRAGMENTS_TIME (30 * 1000000000ULL)
/* Blocks of 8 bytes, in which offsets are counted. */
#define BLOCK_WORDS (65536 / 8 / 64)

/* RFC 791, 3.2, and RFC 8200, 4.5 */
struct datagram {
	struct address128 source;
	struct address128 destination;
	__u32 id;
	__u16 family;
	__u16 proto; /* 0 of IPv6 */
};

struct pieces {
	__u64 blocks[BLOCK_WORDS];
	__u64 since;
	__u32 count; /* of blocks that have come */
	__u32 all;   /* 0: the last one has not come */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* the loader's to set */
	__type(key, struct datagram);
	__type(value, struct pieces);
} fragments SEC(".maps");

/* Memory that is all zeros, and too large for the stack. */
static const struct pieces no_pieces;

static __always_inline struct pieces *pieces_of(const struct datagram *datagram)
{
	__u64 now = bpf_ktime_get_ns();
	struct pieces *pieces = bpf_map_lookup_elem(&fragments, datagram);

	if (pieces && now - pieces->since < FRAGMENTS_TIME)
		return pieces;
	bpf_map_update_elem(&fragments, datagram, &no_pieces, BPF_ANY);
	pieces = bpf_map_lookup_elem(&fragments, datagram);
	if (pieces)
		pieces->since = now;
	return pieces;
}

/* @returns those of the blocks in one word that have come already; now all of them have */
static __always_inline __u64 mark_word(struct pieces *pieces, __u32 word, __u64 mask)
{
	__u64 *blocks = &pieces->blocks[word & (BLOCK_WORDS - 1)];
	__u64 known = *blocks & mask;

	*blocks |= mask;
	return known;
}

/* @returns whether any of these blocks has come already; now they have */
static __always_inline bool mark(struct pieces *pieces, __u32 first, __u32 last)
{
	__u64 from = ~0ULL << (first & 63), to = ~0ULL >> (63 - (last & 63));
	__u32 word = first / 64, end = last / 64, i;
	__u64 known;

	if (word == end)
		return mark_word(pieces, word, from & to);
	known = mark_word(pieces, word, from);
	for (i = 1; i < BLOCK_WORDS; i++) {
		if (word + i >= end)
			break;
		known |= mark_word(pieces, word + i, ~0ULL);
	}
	return known | mark_word(pieces, end, to);
}

/* A new piece of a datagram. @returns whether it overlaps one that has come before */
static __always_inline bool is_overlapping(const struct packet *p)
{
	struct datagram datagram = {
		.source = p->source,
		.destination = p->destination,
		.id = p->piece.id,
		.family = p->family,
		.proto = p->family == 4 ? p->proto : 0,
	};
	__u32 first = p->piece.from / 8, end = (p->piece.to + 7) / 8;
	struct pieces *pieces;

	if (end <= first || end > 64 * BLOCK_WORDS)
		return false;
	pieces = pieces_of(&datagram);
	if (!pieces)
		return false;
	if (mark(pieces, first, end - 1))
		return true;
	pieces->count += end - first;
	if (!p->piece.more)
		pieces->all = end;
	/* its id may be used anew from now on */
	if (pieces->all && pieces->count >= pieces->all)
		bpf_map_delete_elem(&fragments, &datagram);
	return false;
}

#endif
