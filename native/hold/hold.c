// SPDX-License-Identifier: MIT
/*
 * Holds a command until its tracer is ready: waits for a byte on CONTROL, then becomes the command.
 * From that byte on it opens nothing and starts nothing, so the command's own exec is the first
 * thing that is seen of it. When that fails, its errno goes back the way the byte came; when it
 * succeeds, the way is closed by it.
 *
 * hold FILE ARGV0 ARGS...
 *
 * Node.js can hand on UTF-8 only: in words and in the environment, ESCAPE and two hexadecimal
 * digits stand for any other byte, and for ESCAPE.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define CONTROL 3
#define ESCAPE '\1'

extern char **environ;

/*
 * O_NONBLOCK belongs to what the descriptors share with the tracer, where libraries that only look
 * whether it is a terminal set it: the command's writes to a pipe would fail.
 */
static void make_blocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0 && flags & O_NONBLOCK)
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

static void decode(char *word)
{
	unsigned int byte;
	char *to = word;

	while (*word) {
		if (*word == ESCAPE && sscanf(word + 1, "%2x", &byte) == 1) {
			*to++ = (char)byte;
			word += 3;
		} else {
			*to++ = *word++;
		}
	}
	*to = '\0';
}

static void decode_all(char **words)
{
	while (*words)
		decode(*words++);
}

int main(int argc, char **argv)
{
	ssize_t size;
	char go;
	int error, fd;

	if (argc < 3 || fcntl(CONTROL, F_SETFD, FD_CLOEXEC))
		return 126;
	decode_all(argv + 1);
	decode_all(environ);
	do
		size = read(CONTROL, &go, sizeof(go));
	while (size < 0 && errno == EINTR);
	if (size != 1)
		return 126; /* the tracer has given up */
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		make_blocking(fd);
	execv(argv[1], argv + 2);
	if (errno == ENOEXEC) {
		/* a script without "#!", as execvp(3) and shells treat it */
		argv[2] = argv[1];
		argv[1] = "sh";
		execv("/bin/sh", argv + 1);
	}
	error = errno;
	size = write(CONTROL, &error, sizeof(error));
	return error == ENOENT ? 127 : 126;
}
