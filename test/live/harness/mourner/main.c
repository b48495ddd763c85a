// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "mourner.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/sched.h>
#include <signal.h>

enum { AT_ONCE = 8 }; /* children of a series that live side by side */

void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	_exit(126);
}

const char *text(const struct order *order, const char *key, const char *otherwise)
{
	size_t length = strlen(key);

	for (char *const *word = order->words; *word; word++)
		if (!strncmp(*word, key, length) && (*word)[length] == '=')
			return *word + length + 1;
	return otherwise;
}

long number(const struct order *order, const char *key, long otherwise)
{
	const char *value = text(order, key, NULL);

	return value ? strtol(value, NULL, 10) : otherwise;
}

static uint64_t now(void)
{
	struct timespec at;

	must(!clock_gettime(CLOCK_BOOTTIME, &at), "clock_gettime");
	return at.tv_sec * 1000000000ULL + at.tv_nsec;
}

static uint64_t nanoseconds(struct timeval time)
{
	return time.tv_sec * 1000000000ULL + time.tv_usec * 1000ULL;
}

static void mourn(pid_t pid, pid_t tid, uint64_t born)
{
	struct rusage usage;
	int status;

	must(wait4(pid, &status, 0, &usage) == pid, "wait4");
	printf("%d %d %d %lu %lu %lu %lu %lu\n", pid, tid, status, nanoseconds(usage.ru_utime),
	       nanoseconds(usage.ru_stime), usage.ru_maxrss * 1024UL, born, now());
}

static void run_one(struct order *order)
{
	int flags = number(order, "pidns", 0) ? CLONE_NEWPID : 0, ends[2];
	uint64_t born = now();
	pid_t pid, tid = 0;

	must(!pipe2(ends, O_CLOEXEC), "pipe");
	order->tell = ends[1];
	pid = syscall(SYS_clone, SIGCHLD | flags, 0, 0, 0, 0);
	must(pid >= 0, "clone");
	if (!pid)
		end(order);
	close(ends[1]);
	must(read(ends[0], &tid, sizeof(tid)) >= 0, "read");
	close(ends[0]);
	if (number(order, "unwaited", 0)) {
		printf("%d 0 0 0 0 0 0 0\n", pid);
		return;
	}
	/* the child of a child that is gone is ours then */
	if (!strcmp(order->words[0], "orphan"))
		must(waitpid(pid, NULL, 0) == pid, "waitpid");
	mourn(strcmp(order->words[0], "orphan") ? pid : tid, tid, born);
}

/* A child that has the memory of its parent up to its end. */
static void run_vfork(const struct order *order)
{
	uint64_t born = now();
	pid_t pid = vfork();

	if (!pid)
		_exit(number(order, "code", 0));
	mourn(pid, pid, born);
}

static void run_series(const struct order *order)
{
	int times = number(order, "times", 1), started = 0, ended = 0, status, failed = 0;
	uint64_t born = now();

	while (ended < times) {
		if (started < times && started - ended < AT_ONCE) {
			if (!fork())
				_exit(0);
			started++;
			continue;
		}
		must(wait(&status) > 0, "wait");
		failed |= status;
		ended++;
	}
	printf("0 0 %d 0 0 0 %lu %lu\n", failed, born, now());
}

int main(int argc, char **argv)
{
	char line[4096];

	must(argc == 2 && !strcmp(argv[1], "serve"), "serve");
	must(!prctl(PR_SET_CHILD_SUBREAPER, 1), "subreaper");
	while (fgets(line, sizeof(line), stdin)) {
		struct order order = {};
		int count = 0;

		for (char *at = strtok(line, " \n"); at && count < WORDS; at = strtok(NULL, " \n"))
			order.words[count++] = at;
		if (!strcmp(order.words[0], "series"))
			run_series(&order);
		else if (!strcmp(order.words[0], "vfork"))
			run_vfork(&order);
		else
			run_one(&order);
		fflush(stdout);
	}
	return 0;
}
