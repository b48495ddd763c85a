// SPDX-License-Identifier: MIT
/* Datagrams: a question, and the answer to it. */
#include "peer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static size_t unhex(const char *hex, unsigned char *to, size_t room)
{
	size_t n = 0;

	for (; hex[0] && hex[1] && n < room; hex += 2)
		to[n++] = strtoul((char[]){ hex[0], hex[1], 0 }, NULL, 16);
	return n;
}

/* Send a datagram, and take the answer to it in one of the ways that there are. */
static void do_exchange(const struct call *call)
{
	const char *how = text(call, "how", "recvfrom");
	struct sockaddr_storage to, from;
	socklen_t size = address(text(call, "addr", ""), number(call, "port", 0), &to);
	socklen_t room = sizeof(from);
	unsigned char data[1500];
	size_t length = unhex(text(call, "data", ""), data, sizeof(data));
	struct iovec piece = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1 };
	int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ssize_t n = -1;

	must(fd >= 0 && sendto(fd, data, length, 0, (void *)&to, size) == (ssize_t)length,
	     "sendto");
	if (!strcmp(how, "read") || !strcmp(how, "recv"))
		must(!connect(fd, (void *)&to, size), "connect");
	if (!strcmp(how, "read")) {
		n = read(fd, data, sizeof(data));
	} else if (!strcmp(how, "recv")) {
		n = recv(fd, data, sizeof(data), 0);
	} else if (!strcmp(how, "recvfrom")) {
		n = recvfrom(fd, data, sizeof(data), 0, (void *)&from, &room);
	} else if (!strcmp(how, "recvmsg")) {
		message.msg_name = &from;
		message.msg_namelen = sizeof(from);
		n = recvmsg(fd, &message, 0);
	}
	close(fd);
	done(call, n >= 0);
}

/* A socket for datagrams, bound to an address. */
static void do_bind(const struct call *call)
{
	struct sockaddr_storage at;
	socklen_t size = address(text(call, "addr", ""), number(call, "port", 0), &at);
	int fd = socket(at.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	must(fd >= 0, "socket");
	if (bind(fd, (void *)&at, size)) {
		failed(call);
		close(fd);
		return;
	}
	fprintf(call->out, "ok %d 0", fd);
	print_end(call->out, fd, false);
	fputc('\n', call->out);
}

/* Datagrams of so many bytes to an address, so many. */
static void do_sendto(const struct call *call)
{
	static unsigned char data[65507];
	struct sockaddr_storage to;
	socklen_t size = address(text(call, "addr", ""), number(call, "port", 0), &to);
	long bytes = number(call, "bytes", 0), times = number(call, "times", 1);
	int fd = number(call, "fd", -1);

	while (times && sendto(fd, data, bytes, 0, (void *)&to, size) == bytes)
		times--;
	done(call, !times);
}

const struct verb datagram_verbs[] = {
	{ "bind", do_bind },
	{ "sendto", do_sendto },
	{ "exchange", do_exchange },
	{},
};
