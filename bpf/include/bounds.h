/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef EBPF_KIT_BOUNDS_H
#define EBPF_KIT_BOUNDS_H

#include "kernel.h"

/*
 * x, but at most max (a constant). In assembly, because the compiler likes to
 * compare one register and to use another, and the verifier then knows nothing
 * about the one that is used.
 */
#define at_most(x, max)                                                                            \
	({                                                                                         \
		__u64 x_ = (x);                                                                    \
		asm volatile("if %0 <= %1 goto +1\n\t%0 = %1" : "+r"(x_) : "i"(max));              \
		x_;                                                                                \
	})

#endif
