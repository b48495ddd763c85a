// SPDX-License-Identifier: MIT
/* Room in a pipe, which Node cannot ask for. */
#define _GNU_SOURCE
#include "kit.h"

#include <errno.h>
#include <fcntl.h>

/*
 * Let the pipe behind this descriptor hold so many bytes at least. Returns what it holds then, or
 * -EBADF: it is no pipe; -EPERM: fs.pipe-max-size and fs.pipe-user-pages-soft allow no more.
 */
KIT_API int kit_widen_pipe(int fd, __u32 size)
{
	int held = fcntl(fd, F_GETPIPE_SZ);

	if (held >= 0 && (__u32)held < size)
		held = fcntl(fd, F_SETPIPE_SZ, size);
	return held < 0 ? -errno : held;
}
