/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The kernel does not run a program that is running already on the same CPU: of the packets
 * that an interrupt within it brings, it sees nothing. So such a program has a twin, attached
 * behind it, which does the work when the first one was left out.
 *
 * At each event three kinds of programs run, in the order of the plan: `twins_*`, which notes
 * that nothing is done yet, the first ones, and behind each its twin, whose name ends in `_twin`.
 * However they interrupt each other, the event of each turn is done exactly once: an inner turn
 * is over before the outer one goes on, and leaves what has been done noted as done.
 */
#ifndef EBPF_KIT_TWIN_H
#define EBPF_KIT_TWIN_H

#include "kernel.h"

/* The pairs of an object. */
enum twin {
	TWIN_OWNERS,
	TWIN_STATES,
	TWINS,
};

struct turn {
	__u32 done[TWINS];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct turn);
} turns SEC(".maps");

/* Times that twins did the work: so many of the runs that the kernel left out are no loss. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} covered SEC(".maps");

static __always_inline volatile struct turn *this_turn(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&turns, &zero);
}

static __always_inline int turn_begins(void)
{
	volatile struct turn *turn = this_turn();

	if (turn) {
		turn->done[TWIN_OWNERS] = false;
		turn->done[TWIN_STATES] = false;
	}
	return 0;
}

/* Note that it is done. @returns whether it was not */
static __always_inline bool take(enum twin pair)
{
	volatile struct turn *turn = this_turn();

	if (!turn || turn->done[pair])
		return false;
	turn->done[pair] = true;
	return true;
}

static __always_inline bool has_to_cover(enum twin pair)
{
	__u32 zero = 0;
	__u64 *times;

	if (!take(pair))
		return false;
	times = bpf_map_lookup_elem(&covered, &zero);
	if (times)
		*times += 1;
	return true;
}

/* What the first one of a pair does. */
#define AS_FIRST(pair, work)                                                                       \
	({                                                                                         \
		take(pair);                                                                        \
		work;                                                                              \
	})

/* The same for its twin. */
#define AS_TWIN(pair, work) (has_to_cover(pair) ? (work) : 0)

SEC("?tp_btf/inet_sock_set_state")
int twins_tp_btf(const void *ctx)
{
	return turn_begins();
}

SEC("?raw_tp/inet_sock_set_state")
int twins_raw_tp(const void *ctx)
{
	return turn_begins();
}

#endif
