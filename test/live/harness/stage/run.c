// SPDX-License-Identifier: MIT
/* The stage's children, one with care or many in a row. */
#define _GNU_SOURCE
#include "stage.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_ONCE = 8 }; /* children of a series that run side by side */

void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	_exit(126);
}

/* A terminal whose other side nobody reads. */
static int open_terminal(char *name, size_t size)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	must(fd >= 0 && !grantpt(fd) && !unlockpt(fd) && !ptsname_r(fd, name, size), "terminal");
	return fd;
}

void run_one(struct request *r)
{
	struct report report, last = { .fd = -1 };
	int ends[2], status, terminal = -1;
	char name[64] = "-";
	pid_t pid;

	if (*r->tty) {
		terminal = open_terminal(name, sizeof(name));
		r->tty = name;
	}
	must(!pipe2(ends, O_CLOEXEC), "pipe");
	pid = syscall(SYS_clone, SIGCHLD | (r->pidns ? CLONE_NEWPID : 0), 0, 0, 0, 0);
	must(pid >= 0, "clone");
	if (!pid)
		become(r, ends[1]);
	close(ends[1]);
	while (read(ends[0], &report, sizeof(report)) == sizeof(report))
		last = report;
	close(ends[0]);
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	close(terminal);
	printf("%d %d %d %d %s 1 %d\n", pid, last.tid, last.error, status, name, last.fd);
}

static void start(const struct request *r)
{
	pid_t pid = vfork();

	if (!pid) {
		execve(r->file, r->argv, environ);
		_exit(127);
	}
	must(pid > 0, "vfork");
}

void run_series(const struct request *r)
{
	int status, started = 0, ended = 0, failed = 0;

	while (ended < r->times) {
		if (started < r->times && started - ended < AT_ONCE) {
			start(r);
			started++;
			continue;
		}
		must(wait(&status) > 0, "wait");
		failed |= status;
		ended++;
	}
	printf("0 0 0 %d - %d -1\n", failed, started);
}
