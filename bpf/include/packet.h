/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a packet says of itself, read from an skb wherever in the kernel it is met: nothing
 * but where its network header lies is taken from the skb.
 */
#ifndef EBPF_KIT_PACKET_H
#define EBPF_KIT_PACKET_H

#include "sock.h"
#include "wire.h"

#define NEXTHDRS_MAX 6

#define SKB_DST_NOREF 1UL /* include/linux/skbuff.h */

/*
 * One direction of a connection, as a packet names it. Being the first of an event's fields
 * that lie together, it is lent by `struct flow;`. Filters take the source for the local
 * side, which lies where struct endpoints has it.
 */
struct flow {
	ipaddr_t saddr;
	ipaddr_t daddr;
	port_t sport;
	port_t dport;
	netns_t netns;
};

_Static_assert(sizeof(struct flow) == sizeof(struct endpoints), "a flow is filtered as endpoints");

#define flow_of(event) ((struct flow *)&(event)->saddr)

/* What an IP packet carries. */
struct payload {
	const void *start;
	__u32 size; /* as the IP header says it */
	__u8 protocol;
};

/* To the end of the skb, of packets of 64 KiB and more (BIG TCP), which have no length in their
 * headers. */
static __always_inline __u32 size_from(const struct sk_buff *skb, const void *start)
{
	return BPF_CORE_READ(skb, len) + (__u32)((const void *)BPF_CORE_READ(skb, data) - start);
}

static __always_inline bool read_ipv4(const struct sk_buff *skb, const void *header,
				      struct flow *flow, struct payload *payload)
{
	struct ipv4_header ip;
	__u32 size;

	if (bpf_probe_read_kernel(&ip, sizeof(ip), header) || ip.version_ihl >> 4 != 4)
		return false;
	if (ip.frag_off & bpf_htons(IPV4_FRAGMENT_OFFSET))
		return false;
	put_ipv4(flow->saddr, ip.saddr);
	put_ipv4(flow->daddr, ip.daddr);
	size = (ip.version_ihl & 0xf) * 4;
	payload->start = header + size;
	payload->size = ip.tot_len ? bpf_ntohs(ip.tot_len) - size : size_from(skb, payload->start);
	payload->protocol = ip.protocol;
	return true;
}

static __always_inline bool read_ipv6(const struct sk_buff *skb, const void *header,
				      struct flow *flow, struct payload *payload)
{
	const void *at = header + sizeof(struct ipv6_header);
	struct ipv6_extension extension;
	struct ipv6_header ip;
	__u8 protocol;
	int i;

	if (bpf_probe_read_kernel(&ip, sizeof(ip), header) || ip.version >> 4 != 6)
		return false;
	__builtin_memcpy(flow->saddr, ip.saddr, sizeof(flow->saddr));
	__builtin_memcpy(flow->daddr, ip.daddr, sizeof(flow->daddr));
	protocol = ip.nexthdr;
	for (i = 0; i < NEXTHDRS_MAX; i++) {
		if (protocol != NEXTHDR_HOP && protocol != NEXTHDR_ROUTING &&
		    protocol != NEXTHDR_DEST && protocol != NEXTHDR_FRAGMENT &&
		    protocol != NEXTHDR_AUTH)
			break;
		if (bpf_probe_read_kernel(&extension, sizeof(extension), at))
			return false;
		if (protocol == NEXTHDR_FRAGMENT) {
			if (extension.more & bpf_htons(IPV6_FRAGMENT_OFFSET))
				return false;
			at += 8;
		} else if (protocol == NEXTHDR_AUTH) {
			at += (extension.length + 2) * 4;
		} else {
			at += (extension.length + 1) * 8;
		}
		protocol = extension.nexthdr;
	}
	payload->start = at;
	payload->size = ip.payload_len ? bpf_ntohs(ip.payload_len) + sizeof(ip) - (at - header)
				       : size_from(skb, at);
	payload->protocol = protocol;
	return true;
}

/* The addresses of an IP packet, and what it carries. False: it is none, or a later fragment of
 * one. */
static __always_inline bool read_packet(const struct sk_buff *skb, struct flow *flow,
					struct payload *payload)
{
	const void *header = BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
	__be16 protocol = BPF_CORE_READ(skb, protocol);

	if (protocol == bpf_htons(ETH_P_IP))
		return read_ipv4(skb, header, flow, payload);
	if (protocol == bpf_htons(ETH_P_IPV6))
		return read_ipv6(skb, header, flow, payload);
	return false;
}

/* The ports of a TCP packet, too. */
static __always_inline bool read_tcp_packet(const struct sk_buff *skb, struct flow *flow,
					    struct payload *payload, struct tcp_header *tcp)
{
	if (!read_packet(skb, flow, payload) || payload->protocol != IPPROTO_TCP)
		return false;
	if (bpf_probe_read_kernel(tcp, sizeof(*tcp), payload->start))
		return false;
	flow->sport = bpf_ntohs(tcp->source);
	flow->dport = bpf_ntohs(tcp->dest);
	return true;
}

/* Bytes behind the TCP header; 0 where the lengths make no sense. */
static __always_inline __u32 tcp_payload(const struct payload *payload,
					 const struct tcp_header *tcp)
{
	__u32 header = (tcp->data_offset >> 4) * 4;

	return payload->size > header ? payload->size - header : 0;
}

/* The interface that a packet came by or leaves by: TCP forgets it once the socket is found, but a
 * route may know it. */
static __always_inline const struct net_device *packet_device(const struct sk_buff *skb)
{
	const struct net_device *dev = BPF_CORE_READ(skb, dev);
	const struct dst_entry *route;

	if (dev)
		return dev;
	route = (void *)(BPF_CORE_READ(skb, _skb_refdst) & ~SKB_DST_NOREF);
	return route ? BPF_CORE_READ(route, dev) : NULL;
}

#endif
