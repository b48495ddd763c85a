// SPDX-License-Identifier: MIT
/*
 * Doorbells for maps and programs, used again and again while a tool runs.
 * Keys and values stand in the map area, at box->key and box->value.
 */
#include "kit.h"

#include <bpf/bpf.h>
#include <errno.h>

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
