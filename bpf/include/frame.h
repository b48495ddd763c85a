/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A frame as an XDP program sees it, read header by header: nothing behind its
 * end is ever touched.
 */
#ifndef EBPF_KIT_FRAME_H
#define EBPF_KIT_FRAME_H

#include "wire.h"

#define ETH_P_QINQ1 0x9100 /* before IEEE 802.1ad had a number */
#define VLANS_MAX 4

/* What is not read yet. */
struct frame {
	void *at;
	void *end;
};

#define frame_of(ctx) ((struct frame){ (void *)(long)(ctx)->data, (void *)(long)(ctx)->data_end })

/*
 * The next header, or NULL where the frame ends before it does; `at` is behind it then.
 * The empty assembly keeps the compiler from checking one sum of offsets and using another:
 * the verifier knows only that the first one is inside of the frame.
 */
#define take(frame, type)                                                                          \
	({                                                                                         \
		type *header_ = (frame)->at;                                                       \
		asm volatile("" : "+r"(header_));                                                  \
		if ((void *)(header_ + 1) > (frame)->end)                                          \
			header_ = NULL;                                                            \
		else                                                                               \
			(frame)->at = header_ + 1;                                                 \
		header_;                                                                           \
	})

static __always_inline bool is_vlan(__be16 protocol)
{
	return protocol == bpf_htons(ETH_P_8021Q) || protocol == bpf_htons(ETH_P_8021AD) ||
	       protocol == bpf_htons(ETH_P_QINQ1);
}

/* What lies behind the Ethernet header and its tags, of which *vlan is the last: 0 is none. */
static __always_inline __be16 take_ethernet(struct frame *frame, __u16 *vlan)
{
	const struct ethernet_header *ethernet = take(frame, struct ethernet_header);
	const struct vlan_tag *tag;
	__be16 protocol;
	int i;

	*vlan = 0;
	if (!ethernet)
		return 0;
	protocol = ethernet->type;
#pragma unroll
	for (i = 0; i < VLANS_MAX && is_vlan(protocol); i++) {
		tag = take(frame, struct vlan_tag);
		if (!tag)
			return 0;
		*vlan = bpf_ntohs(tag->control) & VLAN_ID;
		protocol = tag->type;
	}
	return protocol;
}

#endif
