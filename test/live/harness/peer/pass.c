// SPDX-License-Identifier: MIT
/* Sockets that go from process to process: SCM_RIGHTS of unix(7), through a place with an abstract
 * name. */
#include "peer.h"

#include <stddef.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

union rights {
	char space[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static socklen_t place(const struct call *call, struct sockaddr_un *to)
{
	size_t length = strlen(text(call, "place", ""));

	must(length < sizeof(to->sun_path) - 1, "place");
	*to = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(to->sun_path + 1, text(call, "place", ""), length);
	return offsetof(struct sockaddr_un, sun_path) + 1 + length;
}

static struct msghdr message(union rights *rights, struct iovec *byte)
{
	static char one;

	*byte = (struct iovec){ .iov_base = &one, .iov_len = 1 };
	return (struct msghdr){ .msg_iov = byte,
				.msg_iovlen = 1,
				.msg_control = rights->space,
				.msg_controllen = sizeof(rights->space) };
}

/* Where to get sockets. */
static void do_await(const struct call *call)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un at;

	if (fd < 0 || bind(fd, (void *)&at, place(call, &at)))
		failed(call);
	else
		fprintf(call->out, "ok %d 0 - 0\n", fd);
}

/* A socket for who waits at the place. */
static void do_pass(const struct call *call)
{
	int fd = number(call, "fd", -1), by = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	union rights rights = {};
	struct sockaddr_un to;
	struct iovec byte;
	struct msghdr what = message(&rights, &byte);
	struct cmsghdr *right = CMSG_FIRSTHDR(&what);

	what.msg_name = &to;
	what.msg_namelen = place(call, &to);
	*right = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
				   .cmsg_level = SOL_SOCKET,
				   .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(right), &fd, sizeof(fd));
	done(call, by >= 0 && sendmsg(by, &what, 0) == 1);
	close(by);
}

/* The next one that comes. */
static void do_receive(const struct call *call)
{
	union rights rights;
	struct iovec byte;
	struct msghdr what = message(&rights, &byte);
	int fd;

	if (recvmsg(number(call, "fd", -1), &what, MSG_CMSG_CLOEXEC) != 1) {
		failed(call);
		return;
	}
	must(CMSG_FIRSTHDR(&what), "SCM_RIGHTS");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&what)), sizeof(fd));
	fprintf(call->out, "ok %d 0", fd);
	print_end(call->out, fd, false);
	fputc('\n', call->out);
}

const struct verb pass_verbs[] = {
	{ "await", do_await },
	{ "pass", do_pass },
	{ "receive", do_receive },
	{},
};
