// SPDX-License-Identifier: MIT
/* How the mourner's children live and end. */
#define _GNU_SOURCE
#include "mourner.h"

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const struct order *order;
static pid_t leader;

static void tell(pid_t tid)
{
	must(write(order->tell, &tid, sizeof(tid)) == sizeof(tid), "tell");
}

static void in_threads(int count, void *(*run)(void *))
{
	pthread_t thread;

	while (count--)
		must(!pthread_create(&thread, NULL, run, NULL), "pthread_create");
}

static void *wait_forever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* Use the CPU for so many ms, in a thread's own reckoning. */
static void *burn(void *unused)
{
	long wanted = number(order, "ms", 0) * 1000000;
	bool in_kernel = number(order, "kernel", 0);
	volatile uint64_t sum = 0;
	struct timespec used;

	do {
		for (int i = 0; in_kernel && i < 1000; i++)
			sum += syscall(SYS_getppid);
		for (int i = 0; !in_kernel && i < 1000000; i++)
			sum += i;
		must(!clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used), "clock_gettime");
	} while (used.tv_sec * 1000000000L + used.tv_nsec < wanted);
	return unused;
}

/* Until the first thread is a zombie. */
static void await_leader(void)
{
	char path[64], stat[512], state = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", leader);
	while (state != 'Z') {
		int fd = open(path, O_RDONLY);
		ssize_t size = read(fd, stat, sizeof(stat) - 1);

		close(fd);
		stat[size > 0 ? size : 0] = 0;
		state = strrchr(stat, ')')[2];
	}
}

static void *end_after_leader(void *unused)
{
	await_leader();
	must(!prctl(PR_SET_NAME, "the-last-one"), "prctl");
	tell(gettid());
	if (number(order, "alone", 0))
		syscall(SYS_exit, number(order, "last", 0));
	syscall(SYS_exit_group, number(order, "code", 0));
	return unused;
}

static void *end_group(void *unused)
{
	burn(NULL);
	syscall(SYS_exit_group, number(order, "code", 0));
	return unused;
}

static void dump_core(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	must(!setrlimit(RLIMIT_CORE, &all) && !prctl(PR_SET_DUMPABLE, 1), "core");
}

static void touch(size_t megabytes)
{
	size_t size = megabytes << 20;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(memory != MAP_FAILED, "mmap");
	memset(memory, 1, size);
	must(!munmap(memory, size), "munmap");
}

/* A child of ours that outlives us. */
static void leave_orphan(void)
{
	pid_t parent = getpid(), child = fork();

	if (child) {
		tell(child);
		_exit(0);
	}
	while (getppid() == parent)
		sched_yield();
	_exit(number(order, "code", 0));
}

static void name_from_hex(const char *hex)
{
	char name[16] = {};

	for (int i = 0; i < 15 && hex[2 * i]; i++)
		must(sscanf(hex + 2 * i, "%2hhx", (unsigned char *)name + i) == 1, "name");
	must(!prctl(PR_SET_NAME, name), "prctl");
}

static void take_place(void)
{
	const char *cgroup = text(order, "cgroup", NULL);
	const char *cwd = text(order, "cwd", NULL);
	uid_t uid = number(order, "uid", 0);
	int fd;

	if (cgroup) {
		fd = open(cgroup, O_WRONLY | O_CLOEXEC);
		must(fd >= 0 && write(fd, "0", 1) == 1 && !close(fd), cgroup);
	}
	if (cwd)
		must(!chdir(cwd), cwd);
	if (uid)
		must(!setgroups(0, NULL) && !setresgid(uid, uid, uid) && !setresuid(uid, uid, uid),
		     "setresuid");
	if (text(order, "comm", NULL))
		name_from_hex(text(order, "comm", ""));
}

_Noreturn void end(const struct order *told)
{
	const char *how = told->words[0];
	const struct timespec rest = { 0, number(told, "live", 0) * 1000000 };

	order = told;
	leader = gettid();
	take_place();
	nanosleep(&rest, NULL);
	if (number(order, "touch", 0))
		touch(number(order, "touch", 0));
	if (number(order, "core", 0))
		dump_core();
	if (number(order, "ms", 0) && strcmp(how, "group"))
		burn(NULL);
	if (!strcmp(how, "signal")) {
		in_threads(number(order, "threads", 1) - 1, wait_forever);
		signal(number(order, "signal", 0), SIG_DFL);
		kill(getpid(), number(order, "signal", 0));
		wait_forever(NULL);
	} else if (!strcmp(how, "leader")) {
		in_threads(1, end_after_leader);
		syscall(SYS_exit, number(order, "first", 0));
	} else if (!strcmp(how, "group")) {
		in_threads(number(order, "threads", 1) - 1, wait_forever);
		in_threads(number(order, "busy", 1), end_group);
		wait_forever(NULL);
	} else if (!strcmp(how, "orphan")) {
		leave_orphan();
	}
	_exit(number(order, "code", 0));
}
