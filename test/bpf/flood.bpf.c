// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Writes one frame after the other over the packets of a test run with live frames, and sends them
 * out at an interface: as many as one CPU can.
 */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define FRAME 60 /* the shortest one of Ethernet, without its checksum */
#define FRAMES 4096

const volatile __u32 ifindex = 0;

struct shortest_frame {
	__u32 words[FRAME / 4];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FRAMES);
	__type(key, __u32);
	__type(value, struct shortest_frame);
} frames SEC(".maps");

/* Only one CPU sends. */
__u32 turn;

SEC("?xdp")
int flood(struct xdp_md *ctx)
{
	struct shortest_frame *to = (void *)(long)ctx->data;
	__u32 next = turn++ % FRAMES;
	const struct shortest_frame *frame = bpf_map_lookup_elem(&frames, &next);

	if (!frame || (void *)(to + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	*to = *frame;
	return bpf_redirect(ifindex, 0);
}
