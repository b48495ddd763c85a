// SPDX-License-Identifier: MIT
/*
 * Reads BPF ring buffers: copies many records at once into the ring area of the
 * mailbox, each as { u32 length, u32 ring, payload padded to 8 bytes }, which
 * happens to be the size it has in the ring.
 *
 * The consumer's position moves once per drain. The kernel wakes readers only
 * for the record at exactly that position, so that a busy ring wakes us hardly
 * ever (bpf_ringbuf_commit).
 */
#include "kit.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct ring {
	/* two mappings: our position may be written, the rest may not */
	unsigned long *consumer;
	unsigned long *producer;
	/* mapped twice in a row by the kernel: a record that wraps is still in one piece */
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
	at = mmap(NULL, page + 2 * ring->size, PROT_READ, MAP_SHARED, fd, page);
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
			munmap(ring->producer, page + 2 * ring->size);
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

/* The length word of the next record, or one with BPF_RINGBUF_BUSY_BIT when there is none yet. */
static __u32 next_record(const struct ring *ring, unsigned long position)
{
	const __u32 *header;

	if (position >= __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE))
		return BPF_RINGBUF_BUSY_BIT;
	header = (const __u32 *)(ring->data + (position & (ring->size - 1)));
	return __atomic_load_n(header, __ATOMIC_ACQUIRE);
}

/* Is there a record to read? Called from either thread. */
bool reader_ready(struct reader *reader)
{
	for (__u32 i = 0; i < reader->count; i++) {
		const struct ring *ring = &reader->rings[i];
		unsigned long position = __atomic_load_n(ring->consumer, __ATOMIC_RELAXED);

		if (!(next_record(ring, position) & BPF_RINGBUF_BUSY_BIT))
			return true;
	}
	return false;
}

/* Copy what is committed, from `used` on; returns the bytes used then. */
static __u32 drain_ring(struct reader *reader, __u32 index, __u32 used)
{
	struct ring *ring = &reader->rings[index];
	unsigned long position = *ring->consumer;
	__u32 word;

	while (!((word = next_record(ring, position)) & BPF_RINGBUF_BUSY_BIT)) {
		__u32 length = word & ~BPF_RINGBUF_DISCARD_BIT;
		__u32 step = (length + BPF_RINGBUF_HDR_SZ + 7) & ~7U;

		if (step > kit.ring.size) {
			reader->oversized++;
		} else if (word == length) {
			__u8 *to = kit.ring.data + used;

			if (step > kit.ring.size - used) {
				kit.box->more = 1;
				break;
			}
			((__u32 *)to)[0] = length;
			((__u32 *)to)[1] = index;
			memcpy(to + BPF_RINGBUF_HDR_SZ,
			       ring->data + ((position & (ring->size - 1)) + BPF_RINGBUF_HDR_SZ),
			       length);
			kit.box->records++;
			used += step;
		}
		position += step;
	}
	__atomic_store_n(ring->consumer, position, __ATOMIC_RELEASE);
	return used;
}

/* Doorbell: move records into the ring area. Sets records, more, lost. */
KIT_API void kit_drain(void)
{
	struct reader *reader = (struct reader *)kit.box->reader;
	__u32 used = 0;

	kit.box->records = 0;
	kit.box->more = 0;
	/* each time another ring first, so that a busy one cannot starve the others */
	for (__u32 i = 0; i < reader->count; i++)
		used = drain_ring(reader, (reader->first + i) % reader->count, used);
	reader->first++;
	kit.box->lost = reader->oversized;
	if (reader->lost)
		kit.box->lost += __atomic_load_n(reader->lost, __ATOMIC_RELAXED);
}

/* Doorbell: one byte on wake_fd as soon as there is a record. */
KIT_API int kit_arm(void)
{
	return waiter_arm(((struct reader *)kit.box->reader)->waiter);
}
