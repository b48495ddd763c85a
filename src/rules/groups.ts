import { UsageError } from '../kit/errors.ts';
import { MAX_GROUPS } from './classes.ts';
import { formatRule } from './line.ts';
import type { Net, Rule } from './model.ts';
import { formatNet, orderNets, overlaps } from './nets.ts';

/** Rules that the kernel does not tell apart: one, or, where there are too many, those that differ only in their sources. */
export interface Group {
  /** What it is known by when others change: a rule's canonical form, or that of what its rules have in common. */
  readonly key: string;
  /** With the sources of all of them. */
  readonly rule: Rule;
  readonly rules: readonly Rule[];
}

/** Networks in all rules together; of the memory that this takes, 64 bytes each are usual. */
export const MAX_NETS = 2 ** 20;

/**
 * @param rules in the order in which they decide
 * @throws UsageError when there are too many
 */
export function groupRules(rules: readonly Rule[]): readonly Group[] {
  const groups = known.get(rules) ?? makeGroups(rules);
  known.set(rules, groups);
  return groups;
}

/** Of long lists it takes a while. */
const known = new WeakMap<readonly Rule[], readonly Group[]>();

function makeGroups(rules: readonly Rule[]): readonly Group[] {
  const nets = rules.reduce((sum, { src, dst }) => sum + (src?.length ?? 0) + (dst?.length ?? 0), 0);
  if (nets > MAX_NETS)
    throw new UsageError(
      `the rules have ${nets} networks: there is room for ${MAX_NETS}`,
      'join networks that lie side by side, or leave some out',
    );
  return groupBy(rules, rules.length <= MAX_GROUPS ? formatRule : formatWithoutSource);
}

const tooMany = (count: number) =>
  new UsageError(
    `there are ${count} rules: there is room for ${MAX_GROUPS} that differ in more than their src`,
    'write those that differ in one condition only as one rule: dport 22,80,8000-8100',
  );

function formatWithoutSource(rule: Rule): string {
  if (rule.src && Object.keys(rule).length === 1) return 'src …';
  const { src, ...rest } = rule;
  const others = formatRule(rest);
  return [others, src && 'src …'].filter(Boolean).join(' ');
}

function groupBy(rules: readonly Rule[], keyOf: (rule: Rule) => string): Group[] {
  const byKey = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = keyOf(rule);
    const known = byKey.get(key);
    if (known) known.push(rule);
    else byKey.set(key, [rule]);
    if (byKey.size > MAX_GROUPS) throw tooMany(rules.length);
  }
  return [...byKey].map(([key, members]) => {
    if (members.length === 1) return { key: formatRule(members[0]), rule: members[0], rules: members };
    const src = orderNets(members.flatMap((rule) => rule.src ?? []));
    return { key, rule: src.length ? { ...members[0], src } : members[0], rules: members };
  });
}

/** Warnings of one kind that are told one by one. */
const TOLD = 3;

/** What is worth knowing of these rules although they work, a line each. */
export function warningsOf(groups: readonly Group[]): readonly string[] {
  const warnings: string[] = [];
  for (const { key, rule, rules } of groups) {
    const same = rules.length > 1 && rules.every((each) => formatRule(each) === key);
    if (rules.length > 1)
      warnings.push(
        same
          ? `"${key}" is there ${rules.length} times: once is enough`
          : `${rules.length} rules "${key}" are counted together: only ${MAX_GROUPS} can be told apart`,
      );
    warnings.push(...overlapsOf('src', (same ? rules[0] : rule).src));
    warnings.push(...overlapsOf('dst', rule.dst));
  }
  return warnings;
}

function overlapsOf(word: string, nets: readonly Net[] = []): string[] {
  const pairs = overlaps(orderNets(nets));
  const told = pairs.slice(0, TOLD).map(([outer, inner]) => {
    const [one, other] = [formatNet(inner), formatNet(outer)];
    return one === other ? `${word}: ${one} is there twice` : `${word}: ${one} lies within ${other} already`;
  });
  const more = pairs.length - told.length;
  return more > 0 ? [...told, `${word}: ${more} more networks lie within others`] : told;
}
