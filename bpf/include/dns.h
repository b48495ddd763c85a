/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * DNS on the wire, as a process reads it: the replies of a name server, found
 * where a call that reads a datagram returns.
 */
#ifndef EBPF_KIT_DNS_H
#define EBPF_KIT_DNS_H

#include "socket.h"
#include "syscall.h"

#define DNS_PORT 53
#define DNS_MAX 1472 /* what a frame of 1500 bytes carries behind IPv4 and UDP */

/* RFC 1035, 4.1.1 */
struct dns_header {
	__be16 id;
	__u8 flags; /* QR first */
	__u8 code;  /* RCODE last */
	__be16 questions;
	__be16 answers;
	__be16 authorities;
	__be16 additional;
};

#define DNS_REPLY 0x80
#define DNS_RCODE 0x0f

/* struct iovec, and the first fields of struct msghdr, of a 64-bit process */
struct user_iovec {
	__u64 base;
	__u64 length;
};

struct user_message {
	__u64 name;
	__u64 name_length;
	__u64 iovec;
};

/* Where a call has put the beginning of a datagram, and the address of its sender. */
struct datagram {
	__u64 bytes;
	__u64 sender;
};

/* False: it is not in one piece. */
static __always_inline bool find_datagram(struct datagram *to, const struct pt_regs *regs, int nr,
					  long size)
{
	struct user_message message = {};
	struct user_iovec first = {};

	to->bytes = SYSCALL_ARG2(regs);
	to->sender = 0;
	if (nr == SYSCALL_READ)
		return true;
	if (nr == SYSCALL_RECVFROM) {
		to->sender = SYSCALL_ARG5(regs);
		return true;
	}
	bpf_probe_read_user(&message, sizeof(message), (void *)to->bytes);
	bpf_probe_read_user(&first, sizeof(first), (void *)message.iovec);
	to->bytes = first.base;
	to->sender = message.name;
	return (__u64)size <= first.length;
}

/* The other end of a socket that has one, or the sender of what came. */
static __always_inline bool is_from_name_server(const struct sock *sk, __u64 sender)
{
	struct address address = {};
	__be16 port = BPF_CORE_READ(sk, __sk_common.skc_dport);

	if (!port && sender) {
		read_address(&address, sender, true);
		port = address.port;
	}
	return port == bpf_htons(DNS_PORT);
}

/* Address in user space of a reply that has an answer, and which the current call has read; or 0.
 */
static __always_inline __u64 find_dns_reply(const struct pt_regs *regs, int nr, long ret)
{
	struct dns_header header = {};
	const struct socket *socket;
	const struct sock *sk;
	struct datagram it;

	if (ret < (long)sizeof(header) || ret > 65535)
		return 0;
	if (nr != SYSCALL_READ && nr != SYSCALL_RECVFROM && nr != SYSCALL_RECVMSG)
		return 0;
	if (is_compat_call())
		return 0;
	socket = find_socket(SYSCALL_ARG1(regs));
	if (!socket)
		return 0;
	sk = BPF_CORE_READ(socket, sk);
	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_UDP || !find_datagram(&it, regs, nr, ret))
		return 0;
	if (!is_from_name_server(sk, it.sender))
		return 0;
	bpf_probe_read_user(&header, sizeof(header), (void *)it.bytes);
	if (!(header.flags & DNS_REPLY) || header.code & DNS_RCODE || !header.answers)
		return 0;
	return it.bytes;
}

#endif
