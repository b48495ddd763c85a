// SPDX-License-Identifier: MIT
/* From the stage's child to the program that it is to run. */
#define _GNU_SOURCE
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int report_fd;

static void tell(int error, int fd)
{
	struct report report = { gettid(), error, fd };

	must(write(report_fd, &report, sizeof(report)) == sizeof(report), "report");
}

static int exec_below(const char *file, char **argv)
{
	char *folder = strdup(file), *slash = strrchr(folder, '/');
	int fd;

	*slash = 0;
	fd = open(*folder ? folder : "/", O_PATH | O_CLOEXEC);
	return syscall(SYS_execveat, fd, slash + 1, argv, environ, 0);
}

/* A failing call of a 32-bit program's that has the number of execve, and is none. */
static int compat_call(void)
{
	long ret = -ENOSYS;

#ifdef __x86_64__
	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(SYS_execve), "b"(1)
		     : "memory", "cc", "r8", "r9", "r10", "r11");
#endif
	return -(int)ret;
}

static void *run(void *request)
{
	const struct request *r = request;
	int fd;

	if (is_open(r)) {
		fd = open_file(r);
		tell(fd < 0 ? errno : 0, fd);
		_exit(0);
	}
	tell(0, -1);
	if (!strcmp(r->how, "compat")) {
		tell(compat_call(), -1);
		_exit(0);
	}
	if (!strcmp(r->how, "execveat"))
		exec_below(r->file, r->argv);
	else if (!strcmp(r->how, "fexecve"))
		syscall(SYS_execveat, open(r->file, O_PATH | O_CLOEXEC), "", r->argv, environ,
			AT_EMPTY_PATH);
	else
		execve(r->file, r->argv, environ);
	tell(errno, -1);
	_exit(127);
}

static void join_cgroup(const char *procs)
{
	int fd = open(procs, O_WRONLY | O_CLOEXEC);

	must(fd >= 0 && write(fd, "0", 1) == 1 && !close(fd), procs);
}

static void stay_on(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	must(!sched_setaffinity(0, sizeof(cpus), &cpus), "sched_setaffinity");
}

static void redirect(const char *file)
{
	int in = open("/dev/null", O_RDWR | O_CLOEXEC);
	int out = *file ? open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : in;

	must(dup2(in, 0) == 0 && dup2(out, 1) == 1, "standard streams");
}

static void become_user(uid_t uid)
{
	must(!setgroups(0, NULL) && !setresgid(uid, uid, uid) && !setresuid(uid, uid, uid),
	     "setresuid");
}

static void take_place(struct request *r)
{
	redirect(r->out);
	if (*r->dir)
		r->dirfd = open(r->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*r->cgroup)
		join_cgroup(r->cgroup);
	if (r->cpu >= 0)
		stay_on(r->cpu);
	if (*r->tty)
		must(setsid() > 0 && !ioctl(open(r->tty, O_RDWR | O_CLOEXEC), TIOCSCTTY, 0), "tty");
	if (*r->root)
		must(!chroot(r->root) && !chdir("/"), "chroot");
	if (*r->cwd)
		must(!chdir(r->cwd), "chdir");
	if (r->uid != -1)
		become_user(r->uid);
}

_Noreturn void become(struct request *r, int fd)
{
	pthread_t thread;

	report_fd = fd;
	take_place(r);
	if (!r->thread)
		run(r);
	must(!pthread_create(&thread, NULL, run, r), "pthread_create");
	for (;;)
		pause();
}
