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
#include "reader.h"

#include <linux/bpf.h>
#include <string.h>

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

/* The end of a record may be at the ring's beginning. */
static void copy_record(const struct ring *ring, unsigned long position, __u8 *to, __u32 length)
{
	size_t at = position & (ring->size - 1);
	size_t whole = ring->size - at;

	if (length <= whole) {
		memcpy(to, ring->data + at, length);
		return;
	}
	memcpy(to, ring->data + at, whole);
	memcpy(to + whole, ring->data, length - whole);
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
			copy_record(ring, position + BPF_RINGBUF_HDR_SZ, to + BPF_RINGBUF_HDR_SZ,
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
