/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a packet says of itself, for programs that the network stack runs with an skb whose data
 * begins with the IP header: cgroup skb.
 */
#ifndef EBPF_KIT_SKB_PACKET_H
#define EBPF_KIT_SKB_PACKET_H

#include "packet.h"

#define IPPROTO_UDPLITE 136
#define UDP_HEADER 8

/* A hop-by-hop header with nothing but the jumbo payload option (RFC 2675), which the kernel puts
 * into packets that are larger than 64 KiB and takes out before they are on the wire. */
#define JUMBO_HEADER 8

/* One skb: a packet, or several segments that the kernel handles as one (GSO, GRO). */
struct skb_packet {
	__u32 packets; /* on the wire */
	__u32 headers; /* bytes of the headers of each: IP, and TCP or UDP */
	__u32 payload; /* bytes behind them, of all */
	__u8 protocol;
	__u8 tcp_flags;
	__u32 seq; /* of TCP */
};

#define TCP_FLAG_SYN 0x02

/* Where a header is: in the packet, or in a copy where it lies in parts. NULL: it is not there. */
static __always_inline const void *header_at(const struct __sk_buff *skb, __u32 offset, void *copy,
					     __u32 size)
{
	const void *at = (void *)(long)skb->data + offset;

	if (at + size <= (void *)(long)skb->data_end)
		return at;
	return bpf_skb_load_bytes(skb, offset, copy, size) ? NULL : copy;
}

/* IPv4 header, to where the ports would be. */
static __always_inline bool load_ipv4(const struct __sk_buff *skb, struct endpoints *at,
				      bool is_egress, struct skb_packet *packet, bool *is_first)
{
	struct ipv4_header copy;
	const struct ipv4_header *ip = header_at(skb, 0, &copy, sizeof(copy));

	if (!ip)
		return false;
	put_ipv4(is_egress ? at->laddr : at->raddr, ip->saddr);
	put_ipv4(is_egress ? at->raddr : at->laddr, ip->daddr);
	packet->protocol = ip->protocol;
	packet->headers = (ip->version_ihl & 0xf) * 4;
	*is_first = !(ip->frag_off & bpf_htons(IPV4_FRAGMENT_OFFSET));
	return true;
}

/* IPv6 header and its extensions, to where the ports would be. */
static __always_inline bool load_ipv6(const struct __sk_buff *skb, struct endpoints *at,
				      bool is_egress, struct skb_packet *packet, bool *is_first,
				      __u32 *jumbo)
{
	struct ipv6_extension extension;
	struct ipv6_header copy;
	const struct ipv6_header *ip = header_at(skb, 0, &copy, sizeof(copy));
	int i;

	if (!ip)
		return false;
	__builtin_memcpy(at->laddr, is_egress ? ip->saddr : ip->daddr, sizeof(at->laddr));
	__builtin_memcpy(at->raddr, is_egress ? ip->daddr : ip->saddr, sizeof(at->raddr));
	packet->protocol = ip->nexthdr;
	packet->headers = sizeof(*ip);
	*is_first = true;
	if (!ip->payload_len && ip->nexthdr == NEXTHDR_HOP)
		*jumbo = JUMBO_HEADER;
	for (i = 0; i < NEXTHDRS_MAX; i++) {
		__u8 protocol = packet->protocol;

		if (protocol != NEXTHDR_HOP && protocol != NEXTHDR_ROUTING &&
		    protocol != NEXTHDR_DEST && protocol != NEXTHDR_FRAGMENT &&
		    protocol != NEXTHDR_AUTH)
			break;
		if (bpf_skb_load_bytes(skb, packet->headers, &extension, sizeof(extension)))
			return false;
		if (protocol == NEXTHDR_FRAGMENT) {
			*is_first = !(extension.more & bpf_htons(IPV6_FRAGMENT_OFFSET));
			packet->headers += 8;
		} else if (protocol == NEXTHDR_AUTH) {
			packet->headers += (extension.length + 2) * 4;
		} else {
			packet->headers += (extension.length + 1) * 8;
		}
		packet->protocol = extension.nexthdr;
		if (!*is_first)
			break;
	}
	return true;
}

static __always_inline void put_ports(struct endpoints *at, bool is_egress, __be16 source,
				      __be16 dest)
{
	at->lport = bpf_ntohs(is_egress ? source : dest);
	at->rport = bpf_ntohs(is_egress ? dest : source);
}

/* Ports, and where the payload begins; other protocols have none, and begin behind the IP header.
 */
static __always_inline bool load_ports(const struct __sk_buff *skb, struct endpoints *at,
				       bool is_egress, struct skb_packet *packet)
{
	const struct tcp_header *tcp;
	const __be16 *ports;
	union {
		struct tcp_header tcp;
		__be16 ports[2];
	} copy;

	if (packet->protocol == IPPROTO_TCP) {
		tcp = header_at(skb, packet->headers, &copy, sizeof(*tcp));
		if (!tcp)
			return false;
		put_ports(at, is_egress, tcp->source, tcp->dest);
		packet->headers += (tcp->data_offset >> 4) * 4;
		packet->tcp_flags = tcp->flags;
		packet->seq = bpf_ntohl(tcp->seq);
	} else if (packet->protocol == IPPROTO_UDP || packet->protocol == IPPROTO_UDPLITE) {
		ports = header_at(skb, packet->headers, &copy, sizeof(copy.ports));
		if (!ports)
			return false;
		put_ports(at, is_egress, ports[0], ports[1]);
		packet->headers += UDP_HEADER;
	}
	return true;
}

/* Segments: a device that has joined them may have left it to the kernel to count them. */
static __always_inline __u32 count_segments(const struct __sk_buff *skb, __u32 payload)
{
	__u32 size = skb->gso_size;

	if (skb->gso_segs)
		return skb->gso_segs;
	return size ? (payload + size - 1) / size : 1;
}

/*
 * The packet's ends, its source being the local one on its way out, and its sizes; the network
 * namespace stays. False: it is no IP packet.
 */
static __always_inline bool load_packet(const struct __sk_buff *skb, struct endpoints *at,
					bool is_egress, struct skb_packet *packet)
{
	bool is_first = true;
	__u32 jumbo = 0;

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		if (!load_ipv4(skb, at, is_egress, packet, &is_first))
			return false;
	} else if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		if (!load_ipv6(skb, at, is_egress, packet, &is_first, &jumbo))
			return false;
	} else {
		return false;
	}
	if (is_first && !load_ports(skb, at, is_egress, packet))
		return false;
	packet->payload = skb->len > packet->headers ? skb->len - packet->headers : 0;
	packet->headers -= jumbo;
	packet->packets = count_segments(skb, packet->payload);
	return true;
}

#endif
