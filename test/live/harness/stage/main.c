// SPDX-License-Identifier: MIT
/* Without "serve" it does nothing: a program for the child to run that needs no shared library. */
#define _GNU_SOURCE
#include "stage.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *key;
	enum { TEXT, NUMBER, FLAG } kind;
	size_t offset;
} settings[] = {
	{ "how", TEXT, offsetof(struct request, how) },
	{ "cgroup", TEXT, offsetof(struct request, cgroup) },
	{ "root", TEXT, offsetof(struct request, root) },
	{ "cwd", TEXT, offsetof(struct request, cwd) },
	{ "out", TEXT, offsetof(struct request, out) },
	{ "tty", TEXT, offsetof(struct request, tty) },
	{ "cpu", NUMBER, offsetof(struct request, cpu) },
	{ "uid", NUMBER, offsetof(struct request, uid) },
	{ "times", NUMBER, offsetof(struct request, times) },
	{ "rate", NUMBER, offsetof(struct request, rate) },
	{ "flags", NUMBER, offsetof(struct request, flags) },
	{ "mode", NUMBER, offsetof(struct request, mode) },
	{ "resolve", NUMBER, offsetof(struct request, resolve) },
	{ "dirfd", NUMBER, offsetof(struct request, dirfd) },
	{ "dir", TEXT, offsetof(struct request, dir) },
	{ "thread", FLAG, offsetof(struct request, thread) },
	{ "pidns", FLAG, offsetof(struct request, pidns) },
};

static void set(struct request *r, char *setting)
{
	char *value = strchr(setting, '=');
	size_t i = 0;
	void *at;

	must(value, setting);
	*value++ = 0;
	while (i < sizeof(settings) / sizeof(*settings) && strcmp(settings[i].key, setting))
		i++;
	must(i < sizeof(settings) / sizeof(*settings), setting);
	at = (char *)r + settings[i].offset;
	if (settings[i].kind == TEXT)
		*(const char **)at = value;
	else if (settings[i].kind == NUMBER)
		*(int *)at = strtol(value, NULL, 10);
	else
		*(bool *)at = true;
}

static void answer(char *text, uint32_t size)
{
	struct request r = { .how = "execve",
			     .cgroup = "",
			     .root = "",
			     .cwd = "",
			     .out = "",
			     .tty = "",
			     .cpu = -1,
			     .uid = -1,
			     .times = 1,
			     .dirfd = AT_FDCWD,
			     .dir = "" };
	char **words = calloc(size + 1, sizeof(*words));
	int i = 0;

	for (char *at = text; at < text + size; at += strlen(at) + 1)
		words[i++] = at;
	for (i = 0; strcmp(words[i], "--"); i++)
		set(&r, words[i]);
	r.file = words[i + 1];
	r.argv = words + i + 2;
	if (r.times > 1 && !is_open(&r))
		run_series(&r);
	else
		run_one(&r);
	fflush(stdout);
	free(words);
}

int main(int argc, char **argv)
{
	uint32_t size;

	if (argc != 2 || strcmp(argv[1], "serve"))
		return 0;
	while (fread(&size, sizeof(size), 1, stdin) == 1) {
		char *text = malloc(size + 1);

		must(fread(text, 1, size, stdin) == size, "request");
		answer(text, size);
		free(text);
	}
	return 0;
}
