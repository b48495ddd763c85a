/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Memory for building one event with a variable tail. A per-CPU map cannot
 * have values above 32 KiB, so this is an array with SCRATCH_SLOTS values per
 * possible CPU: the loader sets its size. A program that may interrupt another
 * one of the same object takes a slot of its own; the kernel keeps a program
 * from interrupting itself.
 */
#ifndef EBPF_KIT_SCRATCH_H
#define EBPF_KIT_SCRATCH_H

#include "kernel.h"

#define SCRATCH_SLOTS 2
#define SCRATCH_SIZE 81920

struct scratch {
	char bytes[SCRATCH_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SCRATCH_SLOTS); /* times the possible CPUs */
	__type(key, __u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

static __always_inline void *scratch_slot(__u32 slot)
{
	__u32 key = bpf_get_smp_processor_id() * SCRATCH_SLOTS + slot;

	return bpf_map_lookup_elem(&scratch, &key);
}

#endif
