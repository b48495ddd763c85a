// SPDX-License-Identifier: MIT
/* A look into a file system of the kernel where it is not mounted. */
#define _GNU_SOURCE
#include "kit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A descriptor of the root of a file system ("tracefs") that is mounted
 * nowhere: no one else sees it, and it goes with the descriptor.
 */
KIT_API int kit_private_mount(const char *type)
{
	int context = syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
	int root = -1, err = 0;

	if (context < 0)
		return -errno;
	if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		root = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	if (root < 0)
		err = -errno;
	close(context);
	return err ? err : root;
}
