/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The kernel's stack at an event, which user space gives names to. Such an event ends with
 * `tail_stack_t stack; char tail[];`, is reserved by reserve_with_stack, and its `stack` is
 * what read_stack returns. Without --stack it takes no room in the ring.
 */
#ifndef EBPF_KIT_STACK_H
#define EBPF_KIT_STACK_H

#include "ring.h"

/* A packet that one process sends to another on the same machine has some 50 calls behind it. */
#define STACK_FRAMES 64
#define STACK_SPACE (STACK_FRAMES * sizeof(address_t))

const volatile bool with_stack = false;

#define reserve_with_stack(type)                                                                   \
	(with_stack ? reserve_bytes(type, TAIL(type) + STACK_SPACE)                                \
		    : reserve_bytes(type, TAIL(type)))

/*
 * Write the stack to the event's tail. What the stack leaves of the room becomes zeros,
 * also when it cannot be had.
 * @ctx: the program's own
 */
static __always_inline tail_stack_t read_stack(void *ctx, char tail[])
{
	long size = with_stack ? bpf_get_stack(ctx, tail, STACK_SPACE, 0) : 0;

	return size > 0 ? size : 0;
}

#endif
