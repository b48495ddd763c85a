// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What an XDP program costs that does nothing: the least that another one can cost. */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("xdp")
int empty(struct xdp_md *ctx)
{
	return XDP_PASS;
}
