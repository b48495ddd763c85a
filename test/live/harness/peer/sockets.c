// SPDX-License-Identifier: MIT
/* Sockets, from their making to their end. */
#define _GNU_SOURCE
#include "peer.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Answer with a socket, an errno and its own end; and with the other one. */
static void show(const struct call *call, int fd, int error, bool both)
{
	fprintf(call->out, "ok %d %d", fd, error);
	print_end(call->out, fd, false);
	if (both)
		print_end(call->out, fd, true);
	fputc('\n', call->out);
}

/* A socket, bound if the call says to where; or -1. */
static int open_socket(const struct call *call, int family, const char *host, int port)
{
	int type = SOCK_STREAM | SOCK_CLOEXEC | (number(call, "nonblock", 0) ? SOCK_NONBLOCK : 0);
	int one = 1, error, fd = socket(family, type, 0);
	struct sockaddr_storage at;
	socklen_t size;

	must(fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), "socket");
	if (!configure(call, fd))
		goto fail;
	if (!host && !port)
		return fd;
	size = address(host ? host : family == AF_INET ? "0.0.0.0" : "::", port, &at);
	if (!bind(fd, (void *)&at, size))
		return fd;
fail:
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static void do_listen(const struct call *call)
{
	const char *host = text(call, "addr", "0.0.0.0");
	int family = strchr(host, ':') ? AF_INET6 : AF_INET;
	int fd = open_socket(call, family, host, number(call, "port", 0));

	if (fd < 0 || listen(fd, number(call, "backlog", 128)))
		failed(call);
	else
		show(call, fd, 0, false);
}

static void do_connect(const struct call *call)
{
	struct sockaddr_storage to;
	socklen_t size = address(text(call, "addr", ""), number(call, "port", 0), &to);
	int fd = number(call, "socket", -1);

	if (fd < 0)
		fd = open_socket(call, to.ss_family, text(call, "from", NULL),
				 number(call, "from_port", 0));

	if (fd < 0)
		failed(call);
	else
		show(call, fd, connect(fd, (void *)&to, size) ? errno : 0, false);
}

/* Wait for what a socket without blocking has begun. */
static void do_connected(const struct call *call)
{
	struct pollfd poll_fd = { .fd = number(call, "fd", -1), .events = POLLOUT };
	socklen_t size = sizeof(int);
	int error;

	must(poll(&poll_fd, 1, -1) == 1, "poll");
	must(!getsockopt(poll_fd.fd, SOL_SOCKET, SO_ERROR, &error, &size), "SO_ERROR");
	show(call, poll_fd.fd, error, false);
}

static void do_accept(const struct call *call)
{
	int fd = accept4(number(call, "fd", -1), NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0 || !configure(call, fd))
		failed(call);
	else
		show(call, fd, 0, true);
}

static void do_set(const struct call *call)
{
	done(call, configure(call, number(call, "fd", -1)));
}

/* Another process's socket becomes one of ours too. */
static void do_take(const struct call *call)
{
	int process = syscall(SYS_pidfd_open, number(call, "pid", 0), 0);
	int fd = syscall(SYS_pidfd_getfd, process, number(call, "fd", -1), 0);

	if (fd < 0)
		failed(call);
	else
		show(call, fd, 0, true);
	close(process);
}

static void do_shutdown(const struct call *call)
{
	const char *how = text(call, "how", "");

	done(call, !shutdown(number(call, "fd", -1), !strcmp(how, "rd")	  ? SHUT_RD
						     : !strcmp(how, "wr") ? SHUT_WR
									  : SHUT_RDWR));
}

static void do_close(const struct call *call)
{
	done(call, !close(number(call, "fd", -1)));
}

static void do_reset(const struct call *call)
{
	const struct linger now = { .l_onoff = 1 };
	int fd = number(call, "fd", -1);

	done(call, !setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) && !close(fd));
}

const struct verb socket_verbs[] = {
	{ "listen", do_listen },
	{ "connect", do_connect },
	{ "connected", do_connected },
	{ "accept", do_accept },
	{ "set", do_set },
	{ "take", do_take },
	{ "shutdown", do_shutdown },
	{ "close", do_close },
	{ "reset", do_reset },
	{},
};
