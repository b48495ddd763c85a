/* SPDX-License-Identifier: MIT */
/* What reading ring buffers needs to remember: set up in reader.c, drained in ring.c. */
#ifndef READER_H
#define READER_H

#include "kit.h"

struct ring {
	/* two mappings: our position may be written, the rest may not */
	unsigned long *consumer;
	unsigned long *producer;
	/*
	 * mapped once: a second time in a row would keep records that wrap in one piece, and
	 * count as memory of this process once more, all of it from the beginning
	 */
	const __u8 *data;
	size_t size;
};

struct reader {
	struct waiter *waiter;
	/* the page of .bss with the program's own count of lost events, or NULL */
	void *bss;
	size_t bss_size;
	const __u64 *lost;
	/* records that no drain could ever hold */
	__u64 oversized;
	__u32 first;
	__u32 count;
	struct ring rings[];
};

/* Is there a record to read? Called from either thread. */
bool reader_ready(struct reader *reader);

/*
 * Start waiting for records; *wake_fd is the end of the pipe to read. NULL with
 * errno. watch_fd is a pipe whose reader's end is of interest, or -1.
 */
struct waiter *waiter_start(struct reader *reader, const int *fds, __u32 count, int watch_fd,
			    int *wake_fd);
/* Ask for one byte: at once when there is a record already. May be called again before it came. */
int waiter_arm(struct waiter *waiter);
/* Joins the thread; it comes at once. The caller closes its end of the pipe after this. */
void waiter_stop(struct waiter *waiter);

#endif
