/* SPDX-License-Identifier: MIT */
/*
 * The shim between Node and libbpf. JavaScript calls libbpf itself through FFI;
 * here is only what FFI cannot do well.
 *
 * A foreign call with arguments costs 10-30 us and leaves some bytes behind each
 * time, one without arguments costs 3 us and leaves none. So whatever is called
 * again and again has no arguments: its parameters and results stand in a
 * mailbox, one buffer that JavaScript owns and registers once (per thread).
 *
 * Functions return 0 or a positive value, or a negative errno. Handles are
 * addresses; a negative one is an errno as well.
 */
#ifndef KIT_H
#define KIT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define KIT_API __attribute__((visibility("default")))

/* log_debug: and among them the verifier's statistics. src/bpf/log.ts has the same. */
#define LOG_STATISTICS 2

/* The head of the mailbox. src/bpf/mailbox.ts has the same, by index. */
struct mailbox {
	/* the ring reader that a doorbell is for, and what it reports */
	__u64 reader;
	__u32 records;
	__u32 more;
	__u64 lost;
	__s32 wake_fd;

	/* one map operation; key and value are offsets in the map area */
	__s32 map_fd;
	__u32 key;
	__u32 value;
	__u32 count;
	__u32 flags;

	/* facts of one loaded program */
	__s32 prog_fd;
	__u32 verified_insns;
	__u64 misses;

	/* bytes of libbpf's messages since JavaScript set this to 0 */
	__u64 log_written;
	__u32 log_debug; /* 1: libbpf's debug messages, too */
	__u32 reserved;

	/* CLOCK_BOOTTIME in ns, CLOCK_REALTIME in us */
	__u64 boot;
	__u64 real;

	/* many entries of a map at once: bytes of a key and of a value, words that are summed, CPUs
	 */
	__u32 key_size;
	__u32 value_size;
	__u32 sums;
	__u32 cpus;

	/* one run of a program by hand */
	__u32 run_repeat;
	__u32 run_result;
	__u32 run_duration;
	__u32 maxima; /* of many entries: words of which the largest counts */

	/* facts of one link */
	__s32 link_fd;
	__u32 link_type;
	__u32 link_id;
	__u32 link_program;
	__u32 link_ifindex;
	__u32 reserved2;
};

/* A part of the mailbox's buffer. */
struct area {
	__u8 *data;
	__u32 size;
};

struct kit {
	struct mailbox *box;
	struct area log;
	struct area map;
	struct area ring;
};

/* Of the calling thread: each of Node's worker threads registers a mailbox of its own. */
extern __thread struct kit kit;

#endif
