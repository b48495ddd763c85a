// SPDX-License-Identifier: MIT
/*
 * Grows a tree of processes and waits until all of it has ended, whosever children they are by
 * then:
 *
 *     grove STEP... -- FILE ARGS...
 *
 * Each step makes a process (or thread, or program) that goes on with the next one; the last one
 * becomes FILE. They all hold a pipe, whose end of file is the end of the last of them.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char self[] = "/proc/self/exe";

static void go_on(char **steps);

static void fail(const char *what)
{
	perror(what);
	_exit(99);
}

/* The same program once more, with the steps that are left. */
static void run_again(char **steps)
{
	char *args[64] = { "grove", "-" };
	int i;

	for (i = 0; steps[i] && i < 60; i++)
		args[i + 2] = steps[i];
	execv(self, args);
	fail("exec");
}

static void end_with(pid_t child)
{
	if (child < 0)
		fail("fork");
	waitpid(child, NULL, __WALL);
}

static void *in_thread(void *steps)
{
	go_on(steps);
	return NULL;
}

static void start_thread(char **steps)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, in_thread, steps))
		fail("pthread_create");
	pthread_join(thread, NULL);
}

static pid_t clone_with(unsigned long flags)
{
	return syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
}

/* Returns in the process that has nothing left to do but to wait. */
static void go_on(char **steps)
{
	const char *step = steps[0];
	pid_t child = 0;

	if (!strcmp(step, "--")) {
		execv(steps[1], steps + 1);
		fail(steps[1]);
	} else if (!strcmp(step, "fork")) {
		child = fork();
	} else if (!strcmp(step, "vfork")) {
		child = vfork();
		if (!child)
			run_again(steps + 1);
	} else if (!strcmp(step, "sibling")) { /* a child of one's own parent */
		child = clone_with(CLONE_PARENT);
	} else if (!strcmp(step, "files")) { /* shares them with its parent */
		child = clone_with(CLONE_FILES | CLONE_FS);
	} else if (!strcmp(step, "pidns")) {
		child = clone_with(CLONE_NEWPID);
	} else if (!strcmp(step, "orphan")) { /* the double fork of daemons */
		child = fork();
		if (!child && fork())
			_exit(0);
	} else if (!strcmp(step, "setsid")) {
		child = fork();
		if (!child && setsid() < 0)
			fail("setsid");
	} else if (!strcmp(step, "thread")) {
		return start_thread(steps + 1);
	} else if (!strcmp(step, "exec")) {
		run_again(steps + 1);
	} else if (!strncmp(step, "many=", 5)) {
		int left = atoi(step + 5);

		for (child = 1; left && child > 0; left--)
			child = fork();
		while (child > 0 && wait(NULL) > 0)
			;
	} else {
		fail(step);
	}
	if (child) {
		end_with(child);
		return;
	}
	go_on(steps + 1);
	_exit(0);
}

int main(int argc, char **argv)
{
	int ends[2];
	char end;

	if (argc < 3)
		return 2;
	if (!strcmp(argv[1], "-")) {
		go_on(argv + 2);
		_exit(0);
	}
	if (pipe(ends))
		fail("pipe");
	go_on(argv + 1);
	close(ends[1]);
	return read(ends[0], &end, 1);
}
