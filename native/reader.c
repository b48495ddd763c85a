// SPDX-License-Identifier: MIT
/* Sets up and takes down the reading of ring buffers. */
#include "reader.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int map_ring(struct ring *ring, int fd)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct bpf_map_info info = {};
	__u32 length = sizeof(info);
	void *at;

	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		return -errno;
	at = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	ring->consumer = at;
	ring->size = info.max_entries;
	at = mmap(NULL, page + ring->size, PROT_READ, MAP_SHARED, fd, page);
	if (at == MAP_FAILED)
		return -errno;
	ring->producer = at;
	ring->data = (const __u8 *)at + page;
	return 0;
}

static int map_lost(struct reader *reader, int fd, __u32 offset)
{
	struct bpf_map_info info = {};
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		return -errno;
	reader->bss_size = info.value_size;
	reader->bss = mmap(NULL, reader->bss_size, PROT_READ, MAP_SHARED, fd, 0);
	if (reader->bss == MAP_FAILED) {
		reader->bss = NULL;
		return -errno;
	}
	reader->lost = (const __u64 *)((const __u8 *)reader->bss + offset);
	return 0;
}

static void reader_free(struct reader *reader)
{
	size_t page = sysconf(_SC_PAGESIZE);

	for (__u32 i = 0; i < reader->count; i++) {
		struct ring *ring = &reader->rings[i];

		if (ring->consumer)
			munmap(ring->consumer, page);
		if (ring->producer)
			munmap(ring->producer, page + ring->size);
	}
	if (reader->bss)
		munmap(reader->bss, reader->bss_size);
	free(reader);
}

/*
 * Read these ring-buffer maps. lost_fd is the object's .bss and lost_offset the
 * place of its u64 count of lost events, or lost_fd is -1. watch_fd is a pipe
 * whose reader's end is of interest, or -1. The mailbox's wake_fd becomes the
 * descriptor that has one byte to read for each arm: 1 for records, 2 when the
 * watched pipe is gone; it belongs to the caller.
 */
KIT_API long kit_reader_open(const int *fds, __u32 count, int lost_fd, __u32 lost_offset,
			     int watch_fd)
{
	struct reader *reader = calloc(1, sizeof(*reader) + count * sizeof(struct ring));
	int err = 0;

	if (!reader)
		return -ENOMEM;
	reader->count = count;
	for (__u32 i = 0; i < count && !err; i++)
		err = map_ring(&reader->rings[i], fds[i]);
	if (!err && lost_fd >= 0)
		err = map_lost(reader, lost_fd, lost_offset);
	if (!err) {
		reader->waiter = waiter_start(reader, fds, count, watch_fd, &kit.box->wake_fd);
		if (!reader->waiter)
			err = -errno;
	}
	if (err) {
		reader_free(reader);
		return err;
	}
	return (long)reader;
}

/* Stop waiting, at once, and forget all. */
KIT_API void kit_reader_close(struct reader *reader)
{
	waiter_stop(reader->waiter);
	reader_free(reader);
}
