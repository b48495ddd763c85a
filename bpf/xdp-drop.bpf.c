// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* xdp-drop: drops the packets that rules name, and passes everything else. */
#include "kernel.h"

#define WITH_NOTES
#include "control.h"
#include "ring.h"
#include "xdp-decide.h"

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
	__uint(max_entries, DEFECTS);
	__type(key, __u32);
	__type(value, struct traffic);
} defect_traffic SEC(".maps");

static __always_inline __u64 count_in(void *map, __u32 key, __u32 length)
{
	struct traffic *traffic = bpf_map_lookup_elem(map, &key);

	if (!traffic)
		return 0;
	traffic->bytes += length;
	return ++traffic->packets;
}

static __always_inline void show(const struct xdp_md *ctx, const struct packet *p,
				 const struct found_rule *found, __u32 length)
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
	e->slot = found->facts->slot;
	e->proto = p->proto;
	e->defects = p->defects;
	e->family = p->family;
	e->reason = found->reason;
	e->vlan = p->vlans[0];
	e->flags = p->flags;
	e->is_dry = dry_run;
	e->is_fragment = p->is_fragment;
	submit(e);
}

static __always_inline int drop(struct xdp_md *ctx, const struct packet *p,
				const struct found_rule *found, bool has_frags)
{
	__u32 length = frame_of(ctx, has_frags).length;
	__u64 number = count_in(&rule_traffic, found->facts->slot, length);

	if (defect_at && found->reason < DEFECTS)
		count_in(&defect_traffic, found->reason, length);
	if (with_rows && number % row_every == 0)
		show(ctx, p, found, length);
	return dry_run ? XDP_PASS : XDP_DROP;
}

static __always_inline int decide(struct xdp_md *ctx, bool has_frags)
{
	struct packet *p = this_packet();
	struct found_rule found;

	if (!p)
		return XDP_PASS;
	found = find_rule(ctx, p, has_frags, false);
	return found.facts ? drop(ctx, p, &found, has_frags) : XDP_PASS;
}

SEC("?xdp")
int xdp_drop(struct xdp_md *ctx)
{
	return decide(ctx, false);
}

/* Where a packet may take more than one page. */
SEC("?xdp.frags")
int xdp_drop_frags(struct xdp_md *ctx)
{
	return decide(ctx, true);
}
