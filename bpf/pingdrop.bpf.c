// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * pingdrop: pings that come in at an interface, passed or dropped.
 *
 * What is to be done stands in one of several slots, and the number of that slot
 * in another map: so a change of many parts is one write of four bytes.
 */
#include "control.h"
#include "frame.h"
#include "packet.h"
#include "ring.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile bool with_rows = true;

#define SLOTS 16
#define NETS 8
#define WORDS 4 /* of an address */

#define ICMP_ECHOREPLY 0 /* RFC 792 */
#define ICMP_ECHO 8
#define ICMPV6_ECHO 128 /* RFC 4443, 4.1 */
#define ICMPV6_ECHOREPLY 129

enum mode { PASS, TRACE, DROP };
enum verdict { PASSED, WOULD_DROP, DROPPED };

struct setting {
	time_ns_t until; /* everything passes from then on; 0: no end */
	__u32 mode;
	__u32 every; /* one in so many */
	__u32 nets;  /* only from these; 0: from everywhere */
	__u32 reserved;
	__be32 addr[NETS * WORDS];
	__be32 mask[NETS * WORDS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, struct setting);
} settings SEC(".maps");

/* The slot that is in force. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} current SEC(".maps");

/* How many a setting has been asked about: exact, whichever CPUs they come to. */
struct turn {
	struct bpf_spin_lock lock;
	__u32 asked;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, struct turn);
} turns SEC(".maps");

struct tally {
	__u64 seen;
	__u64 passed;
	__u64 dropped;
	bytes_t bytes;
};

/* By IP version and direction. */
enum kind { REQUEST4, REPLY4, REQUEST6, REPLY6, KINDS };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, KINDS);
	__type(key, __u32);
	__type(value, struct tally);
} tallies SEC(".maps");

struct ping {
	time_ns_t time;
	ipaddr_t saddr;
	ipaddr_t daddr;
	ifindex_t ifindex;
	__u32 length; /* of the ICMP message, as ping counts it */
	__u16 id;
	__u16 seq;
	__u16 vlan; /* 0: no tag */
	flag_t reply;
	__u8 verdict;
};

const struct ping *ping_event __attribute__((unused));

struct icmp_echo {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 id;
	__be16 seq;
};

static __always_inline bool take_ipv4(struct frame *frame, struct ping *ping)
{
	const struct ipv4_header *ip = take(frame, struct ipv4_header);
	__u32 size;

	if (!ip || ip->version_ihl >> 4 != 4 || ip->protocol != IPPROTO_ICMP)
		return false;
	size = (ip->version_ihl & 0xf) * 4;
	if (size < sizeof(*ip) || ip->frag_off & bpf_htons(IPV4_FRAGMENT_OFFSET))
		return false;
	put_ipv4(ping->saddr, ip->saddr);
	put_ipv4(ping->daddr, ip->daddr);
	ping->length = bpf_ntohs(ip->tot_len);
	ping->length = ping->length > size ? ping->length - size : 0;
	frame->at += size - sizeof(*ip);
	return true;
}

static __always_inline bool is_extension(__u8 protocol)
{
	return protocol == NEXTHDR_HOP || protocol == NEXTHDR_ROUTING ||
	       protocol == NEXTHDR_FRAGMENT || protocol == NEXTHDR_DEST;
}

static __always_inline bool take_ipv6(struct frame *frame, struct ping *ping)
{
	const struct ipv6_header *ip = take(frame, struct ipv6_header);
	const struct ipv6_extension *extension;
	__u32 length, size;
	__u8 protocol;
	int i;

	if (!ip || ip->version >> 4 != 6)
		return false;
	length = bpf_ntohs(ip->payload_len);
	protocol = ip->nexthdr;
	__builtin_memcpy(ping->saddr, ip->saddr, sizeof(ping->saddr));
	__builtin_memcpy(ping->daddr, ip->daddr, sizeof(ping->daddr));
#pragma unroll
	for (i = 0; i < NEXTHDRS_MAX && is_extension(protocol); i++) {
		extension = take(frame, struct ipv6_extension);
		if (!extension)
			return false;
		size = 8;
		if (protocol != NEXTHDR_FRAGMENT)
			size += extension->length * 8;
		else if (extension->more & bpf_htons(IPV6_FRAGMENT_OFFSET))
			return false;
		protocol = extension->nexthdr;
		frame->at += size - sizeof(*extension);
		length = length > size ? length - size : 0;
	}
	ping->length = length;
	return protocol == IPPROTO_ICMPV6;
}

/* What kind of ping it is, or KINDS: it is none. */
static __always_inline enum kind take_ping(struct frame *frame, struct ping *ping)
{
	__be16 protocol = take_ethernet(frame, &ping->vlan);
	const struct icmp_echo *echo;
	bool v6 = protocol == bpf_htons(ETH_P_IPV6);

	if (!v6 && protocol != bpf_htons(ETH_P_IP))
		return KINDS;
	if (v6 ? !take_ipv6(frame, ping) : !take_ipv4(frame, ping))
		return KINDS;
	echo = take(frame, struct icmp_echo);
	if (!echo)
		return KINDS;
	ping->id = bpf_ntohs(echo->id);
	ping->seq = bpf_ntohs(echo->seq);
	ping->reply = echo->type == (v6 ? ICMPV6_ECHOREPLY : ICMP_ECHOREPLY);
	if (!ping->reply && echo->type != (v6 ? ICMPV6_ECHO : ICMP_ECHO))
		return KINDS;
	return (v6 ? REQUEST6 : REQUEST4) + ping->reply;
}

static __always_inline bool is_from(const struct setting *setting, const ipaddr_t saddr)
{
	const __be32 *words = (const __be32 *)saddr;
	const __be32 *addr, *mask;
	__u32 i;

	if (!setting->nets)
		return true;
#pragma unroll
	for (i = 0; i < NETS; i++) {
		addr = &setting->addr[i * WORDS];
		mask = &setting->mask[i * WORDS];
		if (i < setting->nets && !((words[0] ^ addr[0]) & mask[0]) &&
		    !((words[1] ^ addr[1]) & mask[1]) && !((words[2] ^ addr[2]) & mask[2]) &&
		    !((words[3] ^ addr[3]) & mask[3]))
			return true;
	}
	return false;
}

/* Is it the turn of this one, being one in so many? */
static __always_inline bool is_turn(__u32 slot, __u32 every)
{
	struct turn *turn;
	__u32 asked;

	if (every <= 1)
		return true;
	turn = bpf_map_lookup_elem(&turns, &slot);
	if (!turn)
		return false;
	bpf_spin_lock(&turn->lock);
	asked = ++turn->asked;
	bpf_spin_unlock(&turn->lock);
	return asked % every == 0;
}

static __always_inline enum verdict verdict_on(const struct ping *ping)
{
	const __u32 *slot = bpf_map_lookup_elem(&current, &(__u32){ 0 });
	const struct setting *setting;

	if (!slot)
		return PASSED;
	setting = bpf_map_lookup_elem(&settings, slot);
	if (!setting || setting->mode == PASS)
		return PASSED;
	if (setting->until && ping->time >= setting->until)
		return PASSED;
	if (!is_from(setting, ping->saddr) || !is_turn(*slot, setting->every))
		return PASSED;
	return setting->mode == DROP ? DROPPED : WOULD_DROP;
}

static __always_inline void tell(const struct ping *ping)
{
	struct ping *e = reserve(struct ping);

	if (!e)
		return;
	__builtin_memcpy(e, ping, sizeof(*e));
	submit(e);
}

SEC("?xdp")
int ping_xdp(struct xdp_md *ctx)
{
	struct frame frame = frame_of(ctx);
	struct ping ping = {};
	struct tally *tally;
	__u32 kind;

	kind = take_ping(&frame, &ping);
	if (kind >= KINDS)
		return XDP_PASS;
	ping.time = bpf_ktime_get_boot_ns();
	ping.ifindex = ctx->ingress_ifindex;
	ping.verdict = verdict_on(&ping);
	tally = bpf_map_lookup_elem(&tallies, &kind);
	if (tally) {
		tally->seen++;
		tally->bytes += ping.length;
		if (ping.verdict == DROPPED)
			tally->dropped++;
		else
			tally->passed++;
	}
	if (with_rows)
		tell(&ping);
	return ping.verdict == DROPPED ? XDP_DROP : XDP_PASS;
}
