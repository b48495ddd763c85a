// SPDX-License-Identifier: MIT
/*
 * Doorbells for maps and programs, used again and again while a tool runs.
 * Keys and values stand in the map area, at box->key and box->value.
 */
#include "kit.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

/* Of a value that is folded. */
#define MAX_WORDS 64
#include <string.h>
#include <sys/mman.h>

static void *key(void)
{
	return kit.map.data + kit.box->key;
}

static void *value(void)
{
	return kit.map.data + kit.box->value;
}

/*
 * The next up to box->count entries at once: keys and values one after the other.
 * Where to go on stands at the beginning of the area; box->flags is 0 for the first
 * batch. -ENOENT: these were the last; box->count is what came, in any case.
 */
KIT_API int kit_map_batch(void)
{
	void *token = kit.map.data;

	return bpf_map_lookup_batch(kit.box->map_fd, kit.box->flags ? token : NULL, token, key(),
				    value(), &kit.box->count, NULL);
}

/*
 * One value for those of all CPUs, whose first box->sums words are added up. The next ones are a
 * time and an identity, and the CPU with the largest time knows the rest; but box->maxima words
 * behind these are the largest of all CPUs that have the same identity.
 */
static void fold_value(__u64 *to, const __u64 *from)
{
	__u32 words = kit.box->value_size / 8, sums = kit.box->sums, cpus = kit.box->cpus;
	__u64 folded[MAX_WORDS];
	const __u64 *newest = from, *at;

	for (at = from; at < from + cpus * words; at += words)
		if (at[sums] > newest[sums])
			newest = at;
	memcpy(folded, newest, words * 8);
	memset(folded, 0, sums * 8);
	for (at = from; at < from + cpus * words; at += words) {
		for (__u32 i = 0; i < sums; i++)
			folded[i] += at[i];
		for (__u32 i = sums + 2; i < sums + 2 + kit.box->maxima; i++)
			if (at[sums + 1] == newest[sums + 1] && at[i] > folded[i])
				folded[i] = at[i];
	}
	memcpy(to, folded, words * 8);
}

/* As kit_map_batch, of a per-CPU map: each entry has one value. box->value_size is a multiple of 8.
 */
KIT_API int kit_map_batch_folded(void)
{
	int result = kit_map_batch();
	__u32 words = kit.box->value_size / 8;

	for (__u32 i = 0; i < kit.box->count; i++)
		fold_value((__u64 *)value() + i * words,
			   (__u64 *)value() + i * words * kit.box->cpus);
	return result;
}

/*
 * The values of box->count keys, which stand one after the other at box->key. At the beginning of
 * the area stands a byte for each: whether it was there.
 */
KIT_API int kit_map_lookup_many(void)
{
	for (__u32 i = 0; i < kit.box->count; i++)
		kit.map.data[i] =
			!bpf_map_lookup_elem(kit.box->map_fd, key() + i * kit.box->key_size,
					     value() + i * kit.box->value_size);
	return 0;
}

/* Removes box->count keys, which stand one after the other at box->key. @returns how many were
 * there */
KIT_API int kit_map_delete_many(void)
{
	int removed = 0;

	for (__u32 i = 0; i < kit.box->count; i++)
		removed += !bpf_map_delete_elem(kit.box->map_fd, key() + i * kit.box->key_size);
	return removed;
}

/* The key after the one at box->key, written to box->value; the first one when box->flags is 0. */
KIT_API int kit_map_next(void)
{
	return bpf_map_get_next_key(kit.box->map_fd, kit.box->flags ? key() : NULL, value());
}

KIT_API int kit_map_lookup(void)
{
	return bpf_map_lookup_elem(kit.box->map_fd, key(), value());
}

KIT_API int kit_map_update(void)
{
	return bpf_map_update_elem(kit.box->map_fd, key(), value(), kit.box->flags);
}

KIT_API int kit_map_delete(void)
{
	return bpf_map_delete_elem(kit.box->map_fd, key());
}

/*
 * The contents of a whole array at once, by its memory: hundreds of thousands of entries cost no
 * system calls. The array needs BPF_F_MMAPABLE; its values lie in steps of 8 bytes.
 */
KIT_API int kit_map_fill(int fd, const void *bytes, __u64 size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	memcpy(memory, bytes, size);
	munmap(memory, size);
	return 0;
}

/* What the kernel counts for a loaded program; both are 0 on kernels that do not count yet. */
KIT_API int kit_program_info(void)
{
	struct bpf_prog_info info = {};
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(kit.box->prog_fd, &info, &length))
		return -errno;
	kit.box->verified_insns = info.verified_insns;
	kit.box->misses = info.recursion_misses;
	return 0;
}
