// SPDX-License-Identifier: MIT
/* Opens a file in each of the ways that there are, or makes a call that opens none. */
#define _GNU_SOURCE
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifdef __x86_64__
/* In static memory, which 32-bit calls can reach. */
static char low_path[4096];

/* A 32-bit program's readlink, which has the number of creat. */
static long compat_readlink(const char *path)
{
	long ret;

	strncpy(low_path, path, sizeof(low_path) - 1);
	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(SYS_creat), "b"(low_path), "c"(low_path), "d"(0)
		     : "memory", "cc", "r8", "r9", "r10", "r11");
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}
#endif

static long open_once(const struct request *r, const char *path)
{
	struct open_how how = { .flags = r->flags, .mode = r->mode, .resolve = r->resolve };

	if (!strcmp(r->how, "getppid"))
		return syscall(SYS_getppid), -1;
	if (!strcmp(r->how, "openat"))
		return syscall(SYS_openat, r->dirfd, path, r->flags, r->mode);
	if (!strcmp(r->how, "openat2"))
		return syscall(SYS_openat2, r->dirfd, path, &how, sizeof(how));
#ifdef __x86_64__
	if (!strcmp(r->how, "open"))
		return syscall(SYS_open, path, r->flags, r->mode);
	if (!strcmp(r->how, "creat"))
		return syscall(SYS_creat, path, r->mode);
	if (!strcmp(r->how, "readlink32"))
		return compat_readlink(path);
#endif
	errno = ENOSYS;
	return -1;
}

bool is_open(const struct request *r)
{
	return !strncmp(r->how, "open", 4) || !strcmp(r->how, "creat") ||
	       !strcmp(r->how, "readlink32") || !strcmp(r->how, "getppid");
}

/* Wait for the next of the thousandths of a second that the calls are spread over, if there are
 * enough in this one. */
static void pace(const struct request *r, int made, struct timespec *tick)
{
	int step = r->rate / 1000 + !(r->rate / 1000);
	long pause = 1000000000L / r->rate * step;

	if (made % step)
		return;
	tick->tv_nsec += pause;
	if (tick->tv_nsec >= 1000000000L) {
		tick->tv_nsec -= 1000000000L;
		tick->tv_sec++;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, tick, NULL);
}

int open_file(const struct request *r)
{
	/* an argument in place of the path's memory */
	const char *path = *r->file ? r->file : r->argv[0] ? (const char *)8 : "";
	struct timespec tick;
	long fd = -1;

	clock_gettime(CLOCK_MONOTONIC, &tick);
	for (int i = 0; i < r->times; i++) {
		fd = open_once(r, path);
		if (r->rate)
			pace(r, i + 1, &tick);
		if (fd >= 0 && i + 1 < r->times)
			close(fd);
	}
	return fd;
}
