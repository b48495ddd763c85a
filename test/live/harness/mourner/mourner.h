/* SPDX-License-Identifier: MIT */
/*
 * A parent for tests to watch, whose children end as they are told to. Each
 * line on standard input, "how key=value …", makes one child, and is answered
 * by what wait4(2) and the clock know of it:
 *
 *	pid tid status user system maxrss born dead
 *
 * tid is the thread that ends last, where the child tells it; times are in ns,
 * maxrss is in bytes, born and dead are of CLOCK_BOOTTIME, before the fork and
 * after the wait.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

enum { WORDS = 16 };

struct order {
	char *words[WORDS + 1];
	int tell; /* where the child tells its tid */
};

void must(bool ok, const char *what);

/* The value of a key, or what stands for it where there is none. */
const char *text(const struct order *order, const char *key, const char *otherwise);
long number(const struct order *order, const char *key, long otherwise);

/* For the child: end as it is told to. */
_Noreturn void end(const struct order *order);
