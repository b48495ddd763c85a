/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Packets as they are on the wire: bytes are where they are, whatever the kernel. */
#ifndef EBPF_KIT_WIRE_H
#define EBPF_KIT_WIRE_H

#include "kernel.h"

#include <bpf/bpf_endian.h>

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86DD
#define ETH_P_8021Q 0x8100
#define ETH_P_8021AD 0x88A8

#ifndef IPPROTO_TCP
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#endif
#define IPPROTO_ICMP 1
#define IPPROTO_DCCP 33
#define IPPROTO_ICMPV6 58
#define IPPROTO_SCTP 132
#define IPPROTO_UDPLITE 136

/* IPv6 extension headers: RFC 8200, 4 and RFC 4302 */
#define NEXTHDR_HOP 0
#define NEXTHDR_ROUTING 43
#define NEXTHDR_FRAGMENT 44
#define NEXTHDR_AUTH 51
#define NEXTHDR_DEST 60

struct ethernet_header {
	__u8 destination[6];
	__u8 source[6];
	__be16 type;
};

/* IEEE 802.1Q; what stands in front of it is the type */
struct vlan_tag {
	__be16 control; /* the id is in the lower 12 bits */
	__be16 type;	/* of what follows */
};

#define VLAN_ID 0x0fff

/* RFC 791 */
struct ipv4_header {
	__u8 version_ihl;
	__u8 tos;
	__be16 tot_len;
	__be16 id;
	__be16 frag_off;
	__u8 ttl;
	__u8 protocol;
	__be16 check;
	__be32 saddr;
	__be32 daddr;
};

#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_FRAGMENT_OFFSET 0x1fff

/* RFC 8200 */
struct ipv6_header {
	__u8 version;
	__u8 flow[3];
	__be16 payload_len;
	__u8 nexthdr;
	__u8 hop_limit;
	ipaddr_t saddr;
	ipaddr_t daddr;
};

/* The beginning of an extension header; of a fragment, its offset is in the upper 13 bits of
 * `more`. */
struct ipv6_extension {
	__u8 nexthdr;
	__u8 length;
	__be16 more;
};

struct ipv6_fragment {
	__u8 nexthdr;
	__u8 reserved;
	__be16 more;
	__be32 id;
};

#define IPV6_MORE_FRAGMENTS 1
#define IPV6_FRAGMENT_OFFSET 0xfff8

/* RFC 9293 */
struct tcp_header {
	__be16 source;
	__be16 dest;
	__be32 seq;
	__be32 ack_seq;
	__u8 data_offset; /* in the upper 4 bits, in words */
	__u8 flags;
	__be16 window;
	__be16 check;
	__be16 urgent;
};

enum {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
};

/* RFC 768 */
struct udp_header {
	__be16 source;
	__be16 dest;
	__be16 length;
	__be16 check;
};

#endif
