/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The way of an event to user space: a ring buffer, and a count of what did
 * not fit into it.
 *
 * Events of fixed size are reserved in the ring (reserve, submit); those with a
 * variable tail are built in scratch memory and sent with the bytes used
 * (scratch, send). Both start as zeros, so nothing uninitialised can leave.
 */
#ifndef EBPF_KIT_RING_H
#define EBPF_KIT_RING_H

#include "kernel.h"

/* events lost because the ring was full; read by the shim through .bss */
__u64 lost = 0;

/* A tool about something that comes in large numbers defines a larger one. */
#ifndef RING_SIZE
#define RING_SIZE (4 * 1024 * 1024)
#endif

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_SIZE); /* --ring-size */
} events SEC(".maps");

/* Reserve a zeroed event of this type, or NULL (and then it is counted as lost). */
#define reserve(type) reserve_zeroed(type, sizeof(type), sizeof(type))

/* The same with a tail that has room up to `size`, a constant; whoever asks for it fills all of it.
 */
#define reserve_bytes(type, size) reserve_zeroed(type, size, TAIL(type))

#define reserve_zeroed(type, size, zeroed)                                                         \
	({                                                                                         \
		type *event_ = bpf_ringbuf_reserve(&events, size, 0);                              \
		if (event_)                                                                        \
			__builtin_memset(event_, 0, zeroed);                                       \
		else                                                                               \
			__sync_fetch_and_add(&lost, 1);                                            \
		event_;                                                                            \
	})

static __always_inline void submit(void *event)
{
	bpf_ringbuf_submit(event, 0);
}

/* Send the first `size` bytes of a scratch event. */
static __always_inline void send(void *event, __u64 size)
{
	if (bpf_ringbuf_output(&events, event, size, 0))
		__sync_fetch_and_add(&lost, 1);
}

#endif
