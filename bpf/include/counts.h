/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Counting instead of telling: with --count a tool sends no events, but counts
 * them here by a key of its own, until user space reads the map at the end.
 */
#ifndef EBPF_KIT_COUNTS_H
#define EBPF_KIT_COUNTS_H

#include "ring.h"

const volatile bool counting = false;

/* Declares the map. Allocated as a whole when loaded: the loader sets its size, 1 without --count.
 */
#define COUNTS(key_type)                                                                           \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_HASH);                                                   \
		__uint(max_entries, 65536); /* --max-counts */                                     \
		__type(key, key_type);                                                             \
		__type(value, __u64);                                                              \
	} counts SEC(".maps")

static __always_inline void count_in(void *counts, const void *key)
{
	__u64 zero = 0, *count = bpf_map_lookup_elem(counts, key);

	if (!count) {
		bpf_map_update_elem(counts, key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(counts, key);
	}
	__sync_fetch_and_add(count ?: &lost, 1);
}

/* One more of what this key (a pointer) stands for; lost where the map has no room for a new key.
 */
#define count(key) count_in(&counts, key)

#endif
