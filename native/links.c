// SPDX-License-Identifier: MIT
/* What is attached and by whom: links, programs and maps of other processes, by their ids. */
#include "kit.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>

/* Doorbell: facts of the link at box->link_fd. link_ifindex is 0 when its interface is gone. */
KIT_API int kit_link_state(void)
{
	struct bpf_link_info info = {};
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(kit.box->link_fd, &info, &length))
		return -errno;
	kit.box->link_type = info.type;
	kit.box->link_id = info.id;
	kit.box->link_program = info.prog_id;
	kit.box->link_ifindex = info.type == BPF_LINK_TYPE_XDP ? info.xdp.ifindex : 0;
	return 0;
}

/* The id of the next link after this one, or -ENOENT. */
KIT_API int kit_next_link(__u32 id)
{
	__u32 next;
	int err = bpf_link_get_next_id(id, &next);

	return err ? err : (int)next;
}

/* The program of a link, from one packet to the next, if it is still the old one. */
KIT_API int kit_link_update(int link_fd, int program_fd, int old_fd)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts, .flags = BPF_F_REPLACE, .old_prog_fd = old_fd);

	return bpf_link_update(link_fd, program_fd, &opts);
}

/* src/bpf/found.ts has the same. */
struct program_facts {
	char name[BPF_OBJ_NAME_LEN];
	__u8 tag[BPF_TAG_SIZE];
	__u32 maps;
	__u32 map_ids[63];
};

KIT_API int kit_program_facts(int fd, struct program_facts *facts)
{
	struct bpf_prog_info info = {
		.nr_map_ids = 63,
		.map_ids = (__u64)(unsigned long)facts->map_ids,
	};
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		return -errno;
	memcpy(facts->name, info.name, sizeof(facts->name));
	memcpy(facts->tag, info.tag, sizeof(facts->tag));
	facts->maps = info.nr_map_ids < 63 ? info.nr_map_ids : 63;
	return 0;
}

KIT_API int kit_map_name(int fd, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_map_info info = {};
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		return -errno;
	memcpy(name, info.name, sizeof(info.name));
	return 0;
}

/* Makes a map be found from a program that does not use it (since v5.10, ef15314aa5de). */
KIT_API int kit_bind_map(int program_fd, int map_fd)
{
	return bpf_prog_bind_map(program_fd, map_fd, NULL);
}

/* The XDP programs of an interface: { mode, native's id, hardware's, generic's }. */
KIT_API int kit_xdp_query(int ifindex, __u32 programs[4])
{
	LIBBPF_OPTS(bpf_xdp_query_opts, opts);
	int err = bpf_xdp_query(ifindex, 0, &opts);

	if (err)
		return err;
	programs[0] = opts.attach_mode;
	programs[1] = opts.drv_prog_id;
	programs[2] = opts.hw_prog_id;
	programs[3] = opts.skb_prog_id;
	return 0;
}

/*
 * Why an interface does not take a program: what the kernel says to netlink, and not to
 * bpf_link_create, is in the log then. 0: it does take it, and it is taken off again.
 */
KIT_API int kit_xdp_try(int program_fd, int ifindex, __u32 flags)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = program_fd);
	int err = bpf_xdp_attach(ifindex, program_fd, flags | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL);

	return err ? err : bpf_xdp_detach(ifindex, flags, &opts);
}
