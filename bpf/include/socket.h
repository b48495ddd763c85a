/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The current task's sockets, and the addresses that it hands to the kernel. */
#ifndef EBPF_KIT_SOCKET_H
#define EBPF_KIT_SOCKET_H

#include "file.h"
#include "sock.h"

/* What is behind a descriptor, or NULL: no socket. */
static __always_inline const struct socket *find_socket(int fd)
{
	const struct file *file = find_file(fd);

	return file ? socket_of_file(file) : NULL;
}

/* struct sockaddr_in and struct sockaddr_in6 */
struct address {
	__u16 family;
	__be16 port;
	__be32 ipv4; /* in the latter: flow label */
	__u8 ipv6[16];
};

/* Read one, of which at least the first half must be there. */
static __always_inline void read_address(struct address *to, __u64 from, bool is_user)
{
	const __u32 head = __builtin_offsetof(struct address, ipv6);

	if (is_user) {
		bpf_probe_read_user(to, head, (void *)from);
		if (to->family == AF_INET6)
			bpf_probe_read_user(to->ipv6, sizeof(to->ipv6), (void *)from + head);
	} else {
		bpf_probe_read_kernel(to, head, (void *)from);
		if (to->family == AF_INET6)
			bpf_probe_read_kernel(to->ipv6, sizeof(to->ipv6), (void *)from + head);
	}
}

#endif
