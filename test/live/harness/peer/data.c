// SPDX-License-Identifier: MIT
/* What goes through sockets. */
#include "peer.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static char buffer[1 << 16];

static bool send_all(int fd, long bytes)
{
	ssize_t n;

	for (; bytes > 0; bytes -= n) {
		n = write(fd, buffer, bytes < (long)sizeof(buffer) ? bytes : (long)sizeof(buffer));
		if (n < 0)
			return false;
	}
	return true;
}

/* So many bytes, and that several times. */
static void do_send(const struct call *call)
{
	int fd = number(call, "fd", -1);
	long times = number(call, "times", 1);

	while (times && send_all(fd, number(call, "bytes", 0)))
		times--;
	done(call, !times);
}

/* So many bytes, or all to the end. */
static void do_recv(const struct call *call)
{
	int fd = number(call, "fd", -1);
	long wanted = number(call, "bytes", -1), got = 0;
	ssize_t n = 1;
	size_t most;

	while (n > 0 && got != wanted) {
		most = wanted < 0 || wanted - got > (long)sizeof(buffer) ? sizeof(buffer)
									 : (size_t)(wanted - got);
		n = read(fd, buffer, most);
		if (n > 0)
			got += n;
	}
	fprintf(call->out, "ok %ld %d\n", got, n < 0 ? errno : 0);
}

/* Wait until there is something to read, the end included, and leave it there. */
static void do_readable(const struct call *call)
{
	struct pollfd poll_fd = { .fd = number(call, "fd", -1), .events = POLLIN };

	done(call, poll(&poll_fd, 1, -1) == 1);
}

/* Connect to a listener, and accept, or leave that to others, and close; many times. */
static void do_storm(const struct call *call)
{
	int listener = number(call, "accept_from", -1), accepted, fd;
	long times = number(call, "times", 0), i;
	struct sockaddr_storage to;
	socklen_t size = address(text(call, "addr", ""), number(call, "port", 0), &to);

	for (i = 0; i < times; i++) {
		fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0 || connect(fd, (void *)&to, size))
			break;
		if (listener >= 0) {
			accepted = accept(listener, NULL, NULL);
			if (accepted < 0)
				break;
			close(accepted);
		}
		close(fd);
	}
	if (i == times)
		fprintf(call->out, "ok %ld\n", i);
	else
		failed(call);
}

/* Accept and close, many times. */
static void do_drain(const struct call *call)
{
	int listener = number(call, "fd", -1), fd;
	long times = number(call, "times", 0);

	for (; times; times--) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0)
			break;
		close(fd);
	}
	done(call, !times);
}

const struct verb data_verbs[] = {
	{ "send", do_send },   { "recv", do_recv },   { "readable", do_readable },
	{ "storm", do_storm }, { "drain", do_drain }, {},
};
