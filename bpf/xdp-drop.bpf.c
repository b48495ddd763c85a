// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * xdp-drop: drops the packets that rules name, and passes everything else.
 *
 * The first rule that suits a packet decides, unless it drops only what is above a rate, or some
 * by chance: then the next one that suits has its turn.
 */
#include "kernel.h"

#define WITH_NOTES
#include "control.h"
#include "ring.h"
#include "xdp-rate.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile bool dry_run = false;
const volatile bool with_rows = false;
const volatile __u32 row_every = 1; /* of the drops on one CPU */

struct drop {
	time_ns_t time;
	ipaddr_t saddr;
	ipaddr_t daddr;
	port_t sport;
	port_t dport;
	ifindex_t ifindex;
	__u32 length;
	__u32 slot;  /* of the rule */
	__u32 proto; /* as in struct packet */
	__u32 defects;
	__u8 family;
	__u8 reason; /* enum reason */
	__u16 vlan;  /* the outer one; NO_VLAN: none */
	__u16 flags; /* of TCP; NO_FLAGS: none */
	flag_t is_dry;
	flag_t is_fragment;
};

const struct drop *drop_event __attribute__((unused));

/* Why a rule has dropped: one of enum defect, or one of these. */
enum reason {
	REASON_MATCH = DEFECTS,
	REASON_RATE,
	REASON_CHANCE,
	REASONS,
};

struct traffic {
	__u64 packets;
	bytes_t bytes;
};

/* Of each rule, by its slot: a rule keeps its slot when others change. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2 * 64 * RULE_WORDS);
	__type(key, __u32);
	__type(value, struct traffic);
} rule_traffic SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, REASONS);
	__type(key, __u32);
	__type(value, struct traffic);
} reason_traffic SEC(".maps");

/* What xdp_explain would do with its last packet, and what it takes that for. */
struct decision {
	__u32 rule; /* its number from 1 on; 0: it passes */
	__u32 reason;
	__u32 defects;
	__u32 family;
	__u32 proto; /* and what follows: as in struct packet */
	__u32 sport;
	__u32 dport;
	__u32 flags;
	__u32 type;
	__u32 is_fragment;
	__u32 vlan;
	__u32 inner_vlan;
	ipaddr_t saddr;
	ipaddr_t daddr;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct decision);
} decisions SEC(".maps");

static __always_inline __u64 count_in(void *map, __u32 key, __u32 length)
{
	struct traffic *traffic = bpf_map_lookup_elem(map, &key);

	if (!traffic)
		return 0;
	traffic->bytes += length;
	return ++traffic->packets;
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

static __always_inline void show(const struct xdp_md *ctx, const struct packet *p, __u32 length,
				 const struct rule_facts *rule, __u32 reason)
{
	struct drop *e = reserve(struct drop);

	if (!e)
		return;
	e->time = bpf_ktime_get_boot_ns();
	put_address(e->saddr, p, &p->source);
	put_address(e->daddr, p, &p->destination);
	e->sport = p->sport == NO_PORT ? 0 : p->sport;
	e->dport = p->dport == NO_PORT ? 0 : p->dport;
	e->ifindex = ctx->ingress_ifindex;
	e->length = length;
	e->slot = rule->slot;
	e->proto = p->proto;
	e->defects = p->defects;
	e->family = p->family;
	e->reason = reason;
	e->vlan = p->vlans[0];
	e->flags = p->flags;
	e->is_dry = dry_run;
	e->is_fragment = p->is_fragment;
	submit(e);
}

static __always_inline int drop(const struct xdp_md *ctx, const struct packet *p, __u32 length,
				const struct rule_facts *rule, __u32 reason)
{
	__u64 number = count_in(&rule_traffic, rule->slot, length);

	count_in(&reason_traffic, reason, length);
	if (with_rows && number % row_every == 0)
		show(ctx, p, length, rule, reason);
	return dry_run ? XDP_PASS : XDP_DROP;
}

/* By a de Bruijn sequence: at each position, its next 6 bits are other ones. Without branches, as
 * the verifier would follow each. */
static __always_inline __u32 lowest_bit(__u64 bits)
{
	static const __u8 positions[64] = {
		0,  1,	48, 2,	57, 49, 28, 3,	61, 58, 50, 42, 38, 29, 17, 4,
		62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30, 24, 18, 12, 5,
		63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11,
		46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9,	13, 8,	7,  6,
	};

	return positions[(bits & -bits) * 0x03f79d71b4cb0a89ULL >> 58];
}

static __always_inline __u32 lowest_defect(__u32 defects)
{
	return lowest_bit(defects);
}

/* Whether a rule that suits a packet drops it, and why. @returns a reason, or REASONS: it does not
 */
static __always_inline __u32 find_reason(const struct rule_facts *rule, const struct packet *p,
					 const struct frame *frame, bool is_told)
{
	if (with_rates && rule->interval && !is_told && !is_above_rate(rule, p, frame))
		return REASONS;
	if (with_chances && rule->chance && !is_told && bpf_get_prandom_u32() >= rule->chance)
		return REASONS;
	if (defect_at && rule->defects)
		return lowest_defect(rule->defects & p->defects);
	if (with_rates && rule->interval)
		return REASON_RATE;
	if (with_chances && rule->chance)
		return REASON_CHANCE;
	return REASON_MATCH;
}

static __always_inline int explain(const struct packet *p, __u32 rule, __u32 reason)
{
	__u32 zero = 0;
	struct decision *decision = bpf_map_lookup_elem(&decisions, &zero);

	if (!decision)
		return XDP_ABORTED;
	decision->rule = rule;
	decision->reason = reason;
	decision->defects = p->defects;
	decision->family = p->family;
	decision->proto = p->proto;
	decision->sport = p->sport;
	decision->dport = p->dport;
	decision->flags = p->flags;
	decision->type = p->type;
	decision->is_fragment = p->is_fragment;
	decision->vlan = p->vlans[0];
	decision->inner_vlan = p->vlans[1];
	put_address(decision->saddr, p, &p->source);
	put_address(decision->daddr, p, &p->destination);
	return rule ? XDP_DROP : XDP_PASS;
}

static __always_inline struct frame frame_of(const struct xdp_md *ctx)
{
	return (struct frame){ (const void *)(long)ctx->data, (const void *)(long)ctx->data_end };
}

/* @explains: to be told, not done; rates and chances are taken for met */
static __always_inline int decide(const struct xdp_md *ctx, bool explains)
{
	struct rule_bits left;
	struct frame frame = frame_of(ctx);
	__u32 zero = 0;
	struct packet *p = bpf_map_lookup_elem(&packets, &zero);
	__u32 i, j;

	if (!p)
		return XDP_PASS;
	read_frame(p, &frame);
	/* From here on, all that is known is what stands in the map: nothing of the way through the
	 * headers is left for the verifier to follow. */
	barrier();
	frame = frame_of(ctx);
	if (!find_rules(&left, p, &frame))
		return explains ? explain(p, 0, 0) : XDP_PASS;
	for (i = 0; i < RULE_WORDS && i < rule_words; i++) {
		__u64 bits = left.words[i];

		for (j = 0; j < 64 && bits; j++) {
			__u32 number = 64 * i + lowest_bit(bits);
			const struct rule_facts *rule = bpf_map_lookup_elem(&rules, &number);
			__u32 reason;

			/* behind the last one, where no table has left anything out */
			if (!rule)
				break;
			reason = find_reason(rule, p, &frame, explains);
			if (explains)
				return explain(p, number + 1, reason);
			if (reason != REASONS)
				return drop(ctx, p, frame.end - frame.start, rule, reason);
			bits &= bits - 1;
		}
	}
	return explains ? explain(p, 0, 0) : XDP_PASS;
}

SEC("?xdp")
int xdp_drop(struct xdp_md *ctx)
{
	return decide(ctx, false);
}

/* Run by hand only: it counts nothing. */
SEC("?xdp")
int xdp_explain(struct xdp_md *ctx)
{
	return decide(ctx, true);
}
