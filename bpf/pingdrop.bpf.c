// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * pingdrop: pings that come in at an interface, passed or dropped.
 *
 * What is to be done stands in one of several slots, and the number of that slot
 * in another map: so a change of many parts is one write of four bytes.
 */
#include "control.h"
#include "ring.h"

#define WITH_PAYLOAD
#include "xdp-packet.h"

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
	__u16 vlan; /* the inner one; 0: no tag */
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

/* More than what fits into a page, and little enough for the verifier. */
#define OFFSET_MAX 0x1fff

/* What kind of ping it is, or KINDS: it is none. */
static __always_inline enum kind kind_of(const struct packet *p)
{
	if (p->type == ICMP_ECHO || p->type == ICMP_ECHOREPLY)
		return p->type == ICMP_ECHO ? REQUEST4 : REPLY4;
	if (p->type == IPV6 + ICMPV6_ECHO || p->type == IPV6 + ICMPV6_ECHOREPLY)
		return p->type == IPV6 + ICMPV6_ECHO ? REQUEST6 : REPLY6;
	return KINDS;
}

static __always_inline enum kind read_ping(struct xdp_md *ctx, struct ping *ping, bool has_frags)
{
	struct frame frame = frame_of(ctx, has_frags);
	struct packet *p = this_packet();
	const struct icmp_echo *echo;
	enum kind kind;

	if (!p)
		return KINDS;
	read_frame(p, &frame);
	kind = kind_of(p);
	/* what is known of the frame is forgotten: see find_rule() of xdp-decide.h */
	barrier();
	frame = frame_of(ctx, has_frags);
	echo = frame.start + (p->payload.at & OFFSET_MAX);
	if (kind == KINDS || (const void *)(echo + 1) > frame.end)
		return KINDS;
	put_address(ping->saddr, p, &p->source);
	put_address(ping->daddr, p, &p->destination);
	ping->id = bpf_ntohs(echo->id);
	ping->seq = bpf_ntohs(echo->seq);
	ping->length = p->payload.size;
	ping->reply = kind == REPLY4 || kind == REPLY6;
	ping->vlan = p->vlans[0] == NO_VLAN ? 0 : p->vlans[p->vlans[1] != NO_VLAN];
	return kind;
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

static __always_inline int decide(struct xdp_md *ctx, bool has_frags)
{
	struct ping ping = {};
	struct tally *tally;
	__u32 kind;

	kind = read_ping(ctx, &ping, has_frags);
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

SEC("?xdp")
int ping_xdp(struct xdp_md *ctx)
{
	return decide(ctx, false);
}

/* Where a packet may take more than one page. */
SEC("?xdp.frags")
int ping_xdp_frags(struct xdp_md *ctx)
{
	return decide(ctx, true);
}
