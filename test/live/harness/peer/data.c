// SPDX-License-Identifier: MIT
/* What goes through sockets, and what the kernel says of them. */
#include "peer.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

static char buffer[1 << 16];

static void do_send(const struct call *call)
{
	int fd = number(call, "fd", -1);
	long left = number(call, "bytes", 0);
	ssize_t n = 0;

	while (left > 0) {
		n = write(fd, buffer, left < (long)sizeof(buffer) ? left : (long)sizeof(buffer));
		if (n < 0)
			break;
		left -= n;
	}
	done(call, n >= 0);
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

static void do_info(const struct call *call)
{
	int fd = number(call, "fd", -1);
	unsigned long long cookie = 0;
	socklen_t size = sizeof(cookie);
	struct tcp_info info = {};
	struct stat file;

	must(!getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) && !fstat(fd, &file), "fd");
	size = sizeof(info);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size)) {
		failed(call);
		return;
	}
	fprintf(call->out, "ok state=%u ca_state=%u retransmits=%u backoff=%u rto=%u",
		info.tcpi_state, info.tcpi_ca_state, info.tcpi_retransmits, info.tcpi_backoff,
		info.tcpi_rto);
	fprintf(call->out, " unacked=%u total_retrans=%u rtt=%u snd_mss=%u snd_cwnd=%u",
		info.tcpi_unacked, info.tcpi_total_retrans, info.tcpi_rtt, info.tcpi_snd_mss,
		info.tcpi_snd_cwnd);
	fprintf(call->out, " bytes_acked=%llu bytes_received=%llu segs_in=%u segs_out=%u",
		info.tcpi_bytes_acked, info.tcpi_bytes_received, info.tcpi_segs_in,
		info.tcpi_segs_out);
	fprintf(call->out, " cookie=%llu ino=%lu\n", cookie, (unsigned long)file.st_ino);
}

/* The sequence number of what is sent next; for root. */
static void do_sequence(const struct call *call)
{
	int fd = number(call, "fd", -1), on = 1, off = -1 /* TCP_REPAIR_OFF_NO_WP */;
	int queue = TCP_SEND_QUEUE;
	unsigned int sequence = 0;
	socklen_t size = sizeof(sequence);

	must(!setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) &&
		     !setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof(queue)) &&
		     !getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &sequence, &size) &&
		     !setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off)),
	     "sequence");
	fprintf(call->out, "ok %u\n", sequence);
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
	{ "send", do_send },	     { "recv", do_recv },
	{ "readable", do_readable }, { "info", do_info },
	{ "storm", do_storm },	     { "drain", do_drain },
	{ "sequence", do_sequence }, {},
};
