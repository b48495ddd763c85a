// SPDX-License-Identifier: MIT
/*
 * Holds a command until its tracer is ready: waits for a byte on CONTROL, then becomes the command.
 * From that byte on it opens nothing and starts nothing, so the command's own exec is the first
 * thing that is seen of it. When that fails, its errno goes back the way the byte came; when it
 * succeeds, the way is closed by it.
 *
 * hold FILE ARGV0 ARGS...
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define CONTROL 3

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

int main(int argc, char **argv)
{
	ssize_t size;
	char go;
	int error, fd;

	if (argc < 3 || fcntl(CONTROL, F_SETFD, FD_CLOEXEC))
		return 126;
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
