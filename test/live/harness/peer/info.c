// SPDX-License-Identifier: MIT
/* What the kernel says of a socket. */
#include "peer.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/stat.h>

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

const struct verb info_verbs[] = {
	{ "info", do_info },
	{ "sequence", do_sequence },
	{},
};
