// SPDX-License-Identifier: MIT
/* Addresses of both families, and what can be set at a socket. */
#include "peer.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

socklen_t address(const char *host, int port, struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;

	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return sizeof(*v4);
	}
	must(inet_pton(AF_INET6, host, &v6->sin6_addr) == 1, host);
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	return sizeof(*v6);
}

void print_end(FILE *out, int fd, bool remote)
{
	struct sockaddr_storage at = {};
	const struct sockaddr_in *v4 = (void *)&at;
	const struct sockaddr_in6 *v6 = (void *)&at;
	socklen_t size = sizeof(at);
	char host[INET6_ADDRSTRLEN] = "-";
	int port = 0;

	(remote ? getpeername : getsockname)(fd, (void *)&at, &size);
	if (at.ss_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		port = ntohs(v4->sin_port);
	} else if (at.ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
		port = ntohs(v6->sin6_port);
	}
	fprintf(out, " %s %d", host, port);
}

static const struct {
	const char *key;
	int level;
	int name;
} settings[] = {
	{ "user_timeout", IPPROTO_TCP, TCP_USER_TIMEOUT },
	{ "syncnt", IPPROTO_TCP, TCP_SYNCNT },
	{ "nodelay", IPPROTO_TCP, TCP_NODELAY },
	{ "linger2", IPPROTO_TCP, TCP_LINGER2 },
	{ "keepalive", SOL_SOCKET, SO_KEEPALIVE },
	{ "keepidle", IPPROTO_TCP, TCP_KEEPIDLE },
	{ "keepintvl", IPPROTO_TCP, TCP_KEEPINTVL },
	{ "keepcnt", IPPROTO_TCP, TCP_KEEPCNT },
	{ "sndbuf", SOL_SOCKET, SO_SNDBUF },
	{ "rcvbuf", SOL_SOCKET, SO_RCVBUF },
	{ "reuseport", SOL_SOCKET, SO_REUSEPORT },
	{ "v6only", IPPROTO_IPV6, IPV6_V6ONLY },
};

bool configure(const struct call *call, int fd)
{
	int value;

	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		if (!text(call, settings[i].key, NULL))
			continue;
		value = number(call, settings[i].key, 0);
		if (setsockopt(fd, settings[i].level, settings[i].name, &value, sizeof(value)))
			return false;
	}
	return true;
}
