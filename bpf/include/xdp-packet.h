/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a frame says of itself, read from its bytes as far as a rule asks for it. The constants are
 * set before load: what nobody asks for is not read.
 *
 * Headers are read in their order, and nothing is read behind one that makes no sense: the fields
 * behind it stay what they are where there are none. Two VLAN tags, eight IPv6 extension headers.
 * Of tunnels, the outer header is read.
 */
#ifndef EBPF_KIT_XDP_PACKET_H
#define EBPF_KIT_XDP_PACKET_H

#include "wire.h"

#define VLANS_MAX 2
#define EXTENSIONS_MAX 8

/* What can be wrong with a packet: src/rules/model.ts has the same, in this order. */
enum defect {
	IP_HEADER,
	IP_LENGTH,
	PING_OF_DEATH,
	LAND,
	TINY_FRAGMENT,
	OVERLAPPING_FRAGMENT,
	TCP_HEADER,
	TCP_NULL,
	TCP_XMAS,
	TCP_SYN_FIN,
	UDP_LENGTH,
	ICMP_HEADER,
	ZERO_PORT,
	IPV6_EXTENSIONS,
	DEFECTS,
};

const volatile bool with_network = false; /* protocol, fragments */
const volatile bool with_addresses = false;
const volatile bool with_transport = false; /* ports, flags, ICMP's type */
const volatile bool with_vlans = false;
const volatile __u32 wanted_defects = 0; /* a bit for each */

/* An address in the byte order of the machine; IPv4 is at its beginning. */
struct address128 {
	__u64 high;
	__u64 low;
};

/* Values beyond all that are on the wire: there is no such field. src/rules/tables.ts has the same.
 */
enum {
	IPV6 = 256,	     /* added to IPv6's protocols, and to types of ICMPv6 */
	NO_PROTO = 512,	     /* no IP */
	NO_PROTO_IPV6 = 513, /* IPv6, and what it carries is not known */
	NO_FLAGS = 256,
	NO_TYPE = 512,
	NO_PORT = 65536,
	NO_VLAN = 4096,
};

/* What can be read of a frame, and what is behind the end of that. */
struct frame {
	const void *start;
	const void *end;
	__u32 length;	/* of all of it */
	bool has_frags; /* what cannot be read is in other pages */
};

/* Where in its datagram a fragment lies, bytes. */
struct piece {
	__u32 id;
	__u32 from;
	__u32 to;
	__u32 more; /* others follow */
};

/* What TCP, UDP and the like begin with; where from the frame's start on, and bytes, or 0. */
struct payload {
	__u32 at;
	__u32 size;
};

struct packet {
	struct address128 source;
	struct address128 destination;
	__u32 family; /* 4 or 6; 0: no IP, or no IP header */
	__u32 proto;
	__u32 sport;
	__u32 dport;
	__u32 flags;
	__u32 type;
	__u32 is_fragment;
	__u32 vlans[VLANS_MAX];
	__u32 defects;
	struct piece piece;
#ifdef WITH_PAYLOAD
	struct payload payload;
#endif
};

/*
 * The packet that this CPU is about. Not on the stack: what is read from a map has any value for
 * the verifier, which else would follow each way through the headers on through all rules.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct packet);
} packets SEC(".maps");

static __always_inline struct packet *this_packet(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&packets, &zero);
}

/* @has_frags: of a program that is told of all pages of a frame: "xdp.frags", Linux 5.18 */
static __always_inline struct frame frame_of(struct xdp_md *ctx, bool has_frags)
{
	struct frame frame = {
		.start = (const void *)(long)ctx->data,
		.end = (const void *)(long)ctx->data_end,
	};

	frame.has_frags = has_frags;
	frame.length = has_frags ? bpf_xdp_get_buff_len(ctx) : frame.end - frame.start;
	return frame;
}

/* Bytes from there on. The empty assembly keeps the compiler from adding a length to an address. */
static __always_inline __u32 room_from(const struct frame *frame, const void *at)
{
	__u32 offset = at - frame->start;

	if (!frame->has_frags)
		return frame->end - at;
	asm volatile("" : "+r"(offset));
	return frame->length - offset;
}

static __always_inline void put_address(ipaddr_t to, const struct packet *p,
					const struct address128 *from)
{
	__u64 *words = (__u64 *)to;

	if (p->family == 6) {
		words[0] = bpf_cpu_to_be64(from->high);
		words[1] = bpf_cpu_to_be64(from->low);
	} else {
		/* IPv4-mapped: RFC 4291, 2.5.5.2 */
		words[0] = 0;
		words[1] = bpf_cpu_to_be64(0xffff00000000ULL | from->high >> 32);
	}
}

static __always_inline void note(struct packet *p, enum defect defect)
{
	if (wanted_defects & 1 << defect)
		p->defects |= 1 << defect;
}

#define XMAS (TCP_FIN | TCP_PSH | TCP_URG)
#define CLASSIC_FLAGS (XMAS | TCP_SYN | TCP_RST | TCP_ACK)

static __always_inline void note_flags(struct packet *p, __u8 flags)
{
	flags &= CLASSIC_FLAGS;
	if (!flags)
		note(p, TCP_NULL);
	if (flags == XMAS || flags == CLASSIC_FLAGS)
		note(p, TCP_XMAS);
	if ((flags & (TCP_SYN | TCP_FIN)) == (TCP_SYN | TCP_FIN))
		note(p, TCP_SYN_FIN);
}

/* @begins: the first of several fragments, whose length is not that of what it begins */
static __always_inline void read_tcp(struct packet *p, const void *at, const void *end, __u32 size,
				     bool begins)
{
	const struct tcp_header *tcp = at;
	__u32 header;

	if (size >= 14 && at + 14 <= end) {
		p->flags = tcp->flags;
		note_flags(p, tcp->flags);
	}
	if (size < sizeof(*tcp) || at + sizeof(*tcp) > end) {
		note(p, begins ? TINY_FRAGMENT : TCP_HEADER);
		return;
	}
	header = (tcp->data_offset >> 4) * 4;
	if (header < sizeof(*tcp) || (!begins && header > size))
		note(p, TCP_HEADER);
	if (!tcp->source || !tcp->dest)
		note(p, ZERO_PORT);
}

/* A source port of 0 means that no answer is expected: RFC 768. */
static __always_inline void read_udp(struct packet *p, const void *at, const void *end, __u32 size,
				     bool begins)
{
	const struct udp_header *udp = at;
	__u32 length;

	if (size < sizeof(*udp) || at + sizeof(*udp) > end) {
		note(p, begins ? TINY_FRAGMENT : UDP_LENGTH);
		return;
	}
	length = bpf_ntohs(udp->length);
	/* 0 in a jumbogram: RFC 2675, 4 */
	if (length < sizeof(*udp) ? length || size <= 0xffff : !begins && length > size)
		note(p, UDP_LENGTH);
	if (!udp->dest)
		note(p, ZERO_PORT);
}

static __always_inline void read_icmp(struct packet *p, const void *at, const void *end, __u32 size,
				      bool begins)
{
	if (size >= 1 && at + 1 <= end)
		p->type = (p->family == 6 ? IPV6 : 0) + *(const __u8 *)at;
	if (size < 8)
		note(p, begins ? TINY_FRAGMENT : ICMP_HEADER);
}

static __always_inline void read_ports(struct packet *p, const void *at, const void *end,
				       __u32 size)
{
	const __be16 *ports = at;

	if (size < 4 || at + 4 > end)
		return;
	p->sport = bpf_ntohs(ports[0]);
	p->dport = bpf_ntohs(ports[1]);
}

static __always_inline bool is_land(const struct packet *p)
{
	return p->sport != NO_PORT && p->sport == p->dport &&
	       p->source.high == p->destination.high && p->source.low == p->destination.low;
}

static __always_inline void read_transport(struct packet *p, const void *at,
					   const struct frame *frame, __u32 size, bool begins)
{
	const void *end = frame->end;

	if (!with_transport)
		return;
#ifdef WITH_PAYLOAD
	p->payload = (struct payload){ at - frame->start, size };
#endif
	switch (p->proto & 0xff) {
	case IPPROTO_TCP:
		read_ports(p, at, end, size);
		read_tcp(p, at, end, size, begins);
		if (is_land(p))
			note(p, LAND);
		return;
	case IPPROTO_UDP:
		read_ports(p, at, end, size);
		read_udp(p, at, end, size, begins);
		if (is_land(p))
			note(p, LAND);
		return;
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		read_ports(p, at, end, size);
		return;
	case IPPROTO_ICMP:
		if (p->family == 4)
			read_icmp(p, at, end, size, begins);
		return;
	case IPPROTO_ICMPV6:
		if (p->family == 6)
			read_icmp(p, at, end, size, begins);
		return;
	}
}

/* What is carried by a fragment that is not the first one. RFC 1858, 3: in none begins TCP's
 * header. */
static __always_inline void read_later_fragment(struct packet *p, __u32 offset)
{
	if ((p->proto & 0xff) == IPPROTO_TCP && offset < sizeof(struct tcp_header))
		note(p, TINY_FRAGMENT);
}

static __always_inline void note_fragment(struct packet *p, __u32 end)
{
	p->is_fragment = true;
	if (end > 0xffff)
		note(p, PING_OF_DEATH);
}

static __always_inline void read_v4(struct packet *p, const void *at, const struct frame *frame)
{
	const struct ipv4_header *ip = at;
	__u32 room = room_from(frame, at);
	__u32 header, total, fragment, offset, size;

	if (at + sizeof(*ip) > frame->end || ip->version_ihl >> 4 != 4) {
		note(p, IP_HEADER);
		return;
	}
	p->family = 4;
	p->proto = ip->protocol;
	if (with_addresses) {
		p->source = (struct address128){ (__u64)bpf_ntohl(ip->saddr) << 32, 0 };
		p->destination = (struct address128){ (__u64)bpf_ntohl(ip->daddr) << 32, 0 };
	}
	header = (ip->version_ihl & 0xf) * 4;
	total = bpf_ntohs(ip->tot_len);
	/* BIG TCP: b1a78b9b9886 ("net: add support for ipv4 big tcp") */
	if (!total && room > 0xffff)
		total = room;
	if (header < sizeof(*ip) || header > room || total < header) {
		note(p, IP_HEADER);
		return;
	}
	size = total - header;
	if (total > room) {
		note(p, IP_LENGTH);
		size = room - header;
	}
	fragment = bpf_ntohs(ip->frag_off);
	offset = (fragment & IPV4_FRAGMENT_OFFSET) * 8;
	if (fragment & (IPV4_MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET)) {
		note_fragment(p, offset + total);
		p->piece.id = ip->id;
		p->piece.from = offset;
		p->piece.to = offset + total - header;
		p->piece.more = fragment & IPV4_MORE_FRAGMENTS;
	}
	if (offset)
		read_later_fragment(p, offset);
	else
		read_transport(p, at + header, frame, size, p->is_fragment);
}

/* As bits of one word: no header has a number above 63. */
#define EXTENSIONS                                                                                 \
	(1ULL << NEXTHDR_HOP | 1ULL << NEXTHDR_ROUTING | 1ULL << NEXTHDR_FRAGMENT |                \
	 1ULL << NEXTHDR_AUTH | 1ULL << NEXTHDR_DEST)

static __always_inline bool is_extension(__u32 header)
{
	return header < 64 && EXTENSIONS >> header & 1;
}

static __always_inline __u32 extension_size(__u32 header, const struct ipv6_extension *extension)
{
	if (header == NEXTHDR_FRAGMENT)
		return 8;
	if (header == NEXTHDR_AUTH)
		return (extension->length + 2) * 4;
	return (extension->length + 1) * 8;
}

/* RFC 8200, 4.1, and RFC 5095 */
static __always_inline bool is_misplaced(__u32 header, const struct ipv6_extension *extension,
					 __u64 seen, __u64 twice)
{
	const __u8 *bytes = (const void *)extension;

	if (header == NEXTHDR_HOP)
		return seen;
	if (header == NEXTHDR_DEST)
		return twice >> header & 1;
	if (header == NEXTHDR_ROUTING && bytes[2] == 0)
		return true;
	return seen >> header & 1;
}

static __always_inline void read_v6(struct packet *p, const void *at, const struct frame *frame)
{
	const struct ipv6_header *ip = at;
	__u32 room = room_from(frame, at) - sizeof(*ip);
	__u64 seen = 0, twice = 0;
	const __be64 *words;
	__u32 size, header;
	bool begins = false;
	int i;

	if (at + sizeof(*ip) > frame->end || ip->version >> 4 != 6) {
		note(p, IP_HEADER);
		return;
	}
	p->family = 6;
	p->proto = NO_PROTO_IPV6;
	if (with_addresses) {
		words = (const void *)ip->saddr;
		p->source.high = bpf_be64_to_cpu(words[0]);
		p->source.low = bpf_be64_to_cpu(words[1]);
		p->destination.high = bpf_be64_to_cpu(words[2]);
		p->destination.low = bpf_be64_to_cpu(words[3]);
	}
	size = bpf_ntohs(ip->payload_len);
	/* a jumbogram: RFC 2675 */
	if (!size && room > 0xffff)
		size = room;
	if (size > room) {
		note(p, IP_LENGTH);
		size = room;
	}
	header = ip->nexthdr;
	at += sizeof(*ip);
	for (i = 0; i < EXTENSIONS_MAX && is_extension(header); i++) {
		const struct ipv6_extension *extension = at;
		__u32 length, offset, fragment;

		if (size < 8 || at + 8 > frame->end) {
			note(p, IPV6_EXTENSIONS);
			return;
		}
		length = extension_size(header, extension);
		if (length > size) {
			note(p, IPV6_EXTENSIONS);
			return;
		}
		if (wanted_defects & 1 << IPV6_EXTENSIONS) {
			if (is_misplaced(header, extension, seen, twice))
				note(p, IPV6_EXTENSIONS);
			twice |= seen & 1ULL << header;
			seen |= 1ULL << header;
		}
		at += length;
		size -= length;
		if (header != NEXTHDR_FRAGMENT) {
			header = extension->nexthdr;
			continue;
		}
		header = extension->nexthdr;
		fragment = bpf_ntohs(extension->more);
		offset = fragment & IPV6_FRAGMENT_OFFSET;
		begins = fragment & IPV6_MORE_FRAGMENTS;
		if (offset || begins) {
			note_fragment(p, offset + size);
			p->piece.id = ((const struct ipv6_fragment *)extension)->id;
			p->piece.from = offset;
			p->piece.to = offset + size;
			p->piece.more = begins;
		}
		if (offset) {
			if (!is_extension(header))
				p->proto = IPV6 + header;
			read_later_fragment(p, offset);
			return;
		}
	}
	if (is_extension(header)) {
		note(p, IPV6_EXTENSIONS);
		return;
	}
	p->proto = IPV6 + header;
	read_transport(p, at, frame, size, begins);
}

/* Nothing is known. What nobody asks for is not even that. */
static __always_inline void clear(struct packet *p)
{
	p->family = 0;
	p->proto = NO_PROTO;
	p->is_fragment = false;
	p->defects = 0;
	if (with_transport) {
		p->flags = NO_FLAGS;
		p->type = NO_TYPE;
		p->sport = NO_PORT;
		p->dport = NO_PORT;
	}
	if (with_vlans) {
		p->vlans[0] = NO_VLAN;
		p->vlans[1] = NO_VLAN;
	}
}

static __always_inline void read_frame(struct packet *p, const struct frame *frame)
{
	const void *at = frame->start;
	const struct ethernet_header *ethernet = at;
	__be16 type;
	int i;

	clear(p);
	if (!with_network && !with_vlans)
		return;
	at += sizeof(*ethernet);
	if (at > frame->end)
		return;
	type = ethernet->type;
#pragma unroll
	for (i = 0; i < VLANS_MAX; i++) {
		const struct vlan_tag *tag = at;

		if (type != bpf_htons(ETH_P_8021Q) && type != bpf_htons(ETH_P_8021AD))
			break;
		at += sizeof(*tag);
		if (at > frame->end)
			return;
		p->vlans[i] = bpf_ntohs(tag->control) & VLAN_ID;
		type = tag->type;
	}
	if (!with_network)
		return;
	if (type == bpf_htons(ETH_P_IP))
		read_v4(p, at, frame);
	else if (type == bpf_htons(ETH_P_IPV6))
		read_v6(p, at, frame);
}

#endif
