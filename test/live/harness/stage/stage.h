/* SPDX-License-Identifier: MIT */
/*
 * A parent for tests to watch. For each request on standard input it runs a
 * program in a child that is made as the request says, and answers with a line:
 *
 *	pid tid errno status tty started descriptor
 *
 * A request is a u32, the number of bytes that follow, and these: settings
 * "key=value", "--", the program's file, its arguments; all ended by NUL.
 */
#pragma once

#include <stdbool.h>

struct request {
	const char
		*how; /* execve, execveat, fexecve; or compat, which is none; or as open.c has it */
	const char *cgroup; /* its cgroup.procs; this and the next ones may be empty */
	const char *root;
	const char *cwd; /* inside of root */
	const char *out; /* standard output */
	const char *tty; /* in the request: not empty for a terminal of its own */
	int cpu;	 /* to run on; -1: any */
	int uid;	 /* -1: as it is */
	int times;	 /* more than 1: so many; of programs, no other setting counts then */
	int rate;	 /* of opens per second; 0: as fast as it goes */
	int flags;	 /* of an open; this and the next ones */
	int mode;
	int resolve;	 /* of openat2 */
	int dirfd;	 /* AT_FDCWD, or any number */
	const char *dir; /* directory whose descriptor becomes dirfd; may be empty */
	bool thread;	 /* another thread than the first calls exec */
	bool pidns;	 /* in a PID namespace of its own */
	const char *file;
	char **argv;
};

/* What the child tells before it tries, and once more when it has failed. */
struct report {
	int tid;
	int error;
	int fd; /* that was opened, or -1 */
};

void must(bool ok, const char *what);

/* Run the program and answer. */
void run_one(struct request *r);
/* The same many times, as fast as it goes. */
void run_series(const struct request *r);
bool is_open(const struct request *r);
/* Open the file, for the child, as often as wanted. Returns the last descriptor, or -1 with errno.
 */
int open_file(const struct request *r);
/* Become the program; for the child. */
_Noreturn void become(struct request *r, int report_fd);
