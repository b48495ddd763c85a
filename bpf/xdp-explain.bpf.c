// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * xdp-drop --explain: what xdp-drop would do with a packet, and what it takes that for. Never
 * attached: it is run by hand.
 */
#include "xdp-decide.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

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

/* About the last packet. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct decision);
} decisions SEC(".maps");

SEC("?xdp")
int xdp_explain(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct decision *decision = bpf_map_lookup_elem(&decisions, &zero);
	struct packet *p = this_packet();
	struct found_rule found;

	if (!p || !decision)
		return XDP_ABORTED;
	found = find_rule(ctx, p, false, true);
	decision->rule = found.facts ? found.number + 1 : 0;
	decision->reason = found.reason;
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
	return found.facts ? XDP_DROP : XDP_PASS;
}
