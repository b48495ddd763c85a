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

/* IPv4 header, to where the ports would be. */
static __always_inline bool load_ipv4(const struct __sk_buff *skb, struct flow *flow,
				      struct skb_packet *packet, bool *is_first)
{
	struct ipv4_header ip;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return false;
	put_ipv4(flow->saddr, ip.saddr);
	put_ipv4(flow->daddr, ip.daddr);
	packet->protocol = ip.protocol;
	packet->headers = (ip.version_ihl & 0xf) * 4;
	*is_first = !(ip.frag_off & bpf_htons(IPV4_FRAGMENT_OFFSET));
	return true;
}

/* IPv6 header and its extensions, to where the ports would be. */
static __always_inline bool load_ipv6(const struct __sk_buff *skb, struct flow *flow,
				      struct skb_packet *packet, bool *is_first, __u32 *jumbo)
{
	struct ipv6_extension extension;
	struct ipv6_header ip;
	int i;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return false;
	__builtin_memcpy(flow->saddr, ip.saddr, sizeof(flow->saddr));
	__builtin_memcpy(flow->daddr, ip.daddr, sizeof(flow->daddr));
	packet->protocol = ip.nexthdr;
	packet->headers = sizeof(ip);
	*is_first = true;
	if (!ip.payload_len && ip.nexthdr == NEXTHDR_HOP)
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

/* Ports, and where the payload begins; other protocols have none, and begin behind the IP header.
 */
static __always_inline bool load_ports(const struct __sk_buff *skb, struct flow *flow,
				       struct skb_packet *packet)
{
	struct tcp_header tcp;
	__be16 ports[2];

	if (packet->protocol == IPPROTO_TCP) {
		if (bpf_skb_load_bytes(skb, packet->headers, &tcp, sizeof(tcp)))
			return false;
		flow->sport = bpf_ntohs(tcp.source);
		flow->dport = bpf_ntohs(tcp.dest);
		packet->headers += (tcp.data_offset >> 4) * 4;
		packet->tcp_flags = tcp.flags;
		packet->seq = bpf_ntohl(tcp.seq);
	} else if (packet->protocol == IPPROTO_UDP || packet->protocol == IPPROTO_UDPLITE) {
		if (bpf_skb_load_bytes(skb, packet->headers, ports, sizeof(ports)))
			return false;
		flow->sport = bpf_ntohs(ports[0]);
		flow->dport = bpf_ntohs(ports[1]);
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

/* The packet's addresses, ports and sizes; the rest of `flow` stays. False: it is no IP packet. */
static __always_inline bool load_packet(const struct __sk_buff *skb, struct flow *flow,
					struct skb_packet *packet)
{
	bool is_first = true;
	__u32 jumbo = 0;

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		if (!load_ipv4(skb, flow, packet, &is_first))
			return false;
	} else if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		if (!load_ipv6(skb, flow, packet, &is_first, &jumbo))
			return false;
	} else {
		return false;
	}
	if (is_first && !load_ports(skb, flow, packet))
		return false;
	packet->payload = skb->len > packet->headers ? skb->len - packet->headers : 0;
	packet->headers -= jumbo;
	packet->packets = count_segments(skb, packet->payload);
	return true;
}

#endif
