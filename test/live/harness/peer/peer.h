/* SPDX-License-Identifier: MIT */
/*
 * A process for tests to watch at the network. Each line on standard input is
 * a call, "verb key=value …", and is answered by one line when it is done:
 * "ok" and its results, or "error" and an errno. Sockets are named by their
 * descriptors.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>

enum { WORDS = 24 };

struct call {
	char *words[WORDS];
	int count;
	FILE *out; /* for the answer */
};

typedef void verb_fn(const struct call *);

struct verb {
	const char *name;
	verb_fn *run;
};

extern const struct verb socket_verbs[], data_verbs[], datagram_verbs[], info_verbs[],
	worker_verbs[], pass_verbs[];

void must(bool ok, const char *what);

/* The value of a key, or what stands for it where there is none. */
const char *text(const struct call *call, const char *key, const char *otherwise);
long number(const struct call *call, const char *key, long otherwise);

/* Answer that it failed, with errno. */
void failed(const struct call *call);
/* Answer that it was done, or that it was not. */
void done(const struct call *call, bool ok);

/* Answer each line of `in`, up to its end. */
void serve(FILE *in, FILE *out);

/* Sets what the call says of the socket; false with errno. */
bool configure(const struct call *call, int fd);

/* An address of either family. */
socklen_t address(const char *host, int port, struct sockaddr_storage *to);
/* " address port" of one end of a socket. */
void print_end(FILE *out, int fd, bool remote);

/* Wait for the end of all threads and children. */
void dismiss_workers(void);

void name_thread(const char *name);
