/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The rule that drops a packet: the first one that suits it, unless that one drops only what is
 * above a rate, or some by chance. Then the next one that suits has its turn.
 */
#ifndef EBPF_KIT_XDP_DECIDE_H
#define EBPF_KIT_XDP_DECIDE_H

#include "xdp-fragments.h"
#include "xdp-rate.h"

const volatile bool with_rules = false; /* without one, everything passes */

/* Why a rule has dropped: one of enum defect, or one of these. src/xdp/reasons.ts has the same. */
enum reason {
	REASON_MATCH = DEFECTS,
	REASON_RATE,
	REASON_CHANCE,
	REASONS,
};

/* A rule that drops a packet, and why. */
struct found_rule {
	const struct rule_facts *facts; /* NULL: there is none, it passes */
	__u32 number;			/* from 0 on */
	__u32 reason;
};

/*
 * By a de Bruijn sequence: at each position, its next 6 bits are other ones. Without branches, as
 * the verifier would follow each.
 */
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

/* @returns whether a rule that suits a packet drops it; not all do that drop what is above a rate
 */
static __always_inline bool is_met(const struct rule_facts *rule, const struct packet *p,
				   const struct frame *frame)
{
	if (with_rates && rule->interval && !is_above_rate(rule, p, frame))
		return false;
	return !with_chances || !rule->chance || bpf_get_prandom_u32() < rule->chance;
}

static __always_inline __u32 find_reason(const struct rule_facts *rule, const struct packet *p)
{
	if (defect_at && rule->defects)
		return lowest_bit(rule->defects & p->defects);
	if (with_rates && rule->interval)
		return REASON_RATE;
	if (with_chances && rule->chance)
		return REASON_CHANCE;
	return REASON_MATCH;
}

/*
 * @p: what is read of the packet is put there
 * @has_frags: as frame_of() has it
 * @is_told: rates and chances are taken for met, and nothing is counted
 */
static __always_inline struct found_rule find_rule(struct xdp_md *ctx, struct packet *p,
						   bool has_frags, bool is_told)
{
	struct found_rule found = {};
	struct rule_bits left;
	struct frame frame = frame_of(ctx, has_frags);
	__u32 i, j;

	if (!with_rules)
		return found;
	read_frame(p, &frame);
	/*
	 * From here on, all that is known is what stands in the map: nothing of the way through the
	 * headers is left for the verifier to follow.
	 */
	barrier();
	frame = frame_of(ctx, has_frags);
	if (wanted_defects & 1 << OVERLAPPING_FRAGMENT && p->is_fragment && is_overlapping(p)) {
		note(p, OVERLAPPING_FRAGMENT);
		barrier();
	}
	if (!find_rules(&left, p, &frame))
		return found;
	for (i = 0; i < RULE_WORDS && i < rule_words; i++) {
		__u64 bits = left.words[i];

		for (j = 0; j < 64 && bits; j++) {
			const struct rule_facts *rule;

			found.number = 64 * i + lowest_bit(bits);
			rule = bpf_map_lookup_elem(&rules, &found.number);
			/* behind the last one, where no table has left anything out */
			if (!rule)
				return found;
			if (is_told || is_met(rule, p, &frame)) {
				found.facts = rule;
				found.reason = find_reason(rule, p);
				return found;
			}
			bits &= bits - 1;
		}
	}
	return found;
}

#endif
