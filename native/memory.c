// SPDX-License-Identifier: MIT
/* What malloc does with the memory that it is given back. */
#include "kit.h"

#include <errno.h>
#include <malloc.h>

/*
 * From now on blocks of this size and larger go back to the system as soon as they are freed. Left
 * alone, glibc keeps blocks as large as the largest that was freed so far, mallopt(3): the kernel's
 * BTF, which libbpf reads at each attempt to load an object, would stay for the rest of the run.
 */
KIT_API int kit_return_blocks(__u32 size)
{
	return mallopt(M_MMAP_THRESHOLD, size) ? 0 : -EINVAL;
}
