import type { OptionSpec, OptionSpecs } from '../kit/tool/options.ts';
import { several } from '../kit/tool/options.ts';
import { checkRule } from './check.ts';
import { CONDITIONS, type Condition } from './conditions.ts';
import { addCondition, type Draft, parseRule } from './line.ts';
import type { Rule } from './model.ts';

/** What of a condition stood on the command line: the texts, each to be added to one rule. */
type Given = readonly string[] | boolean | undefined;

function conditionOption(condition: Condition): OptionSpec<Given> {
  const { word, value, doc } = condition;
  if (value === undefined) return { flags: `--${word}`, doc, default: false };
  const check = (text: string) => {
    addCondition({}, condition, text);
    return text;
  };
  return several(`--${word} <${value}>`, doc, (text) => [check(text)]);
}

const rule = several(
  '--rule <rule>',
  'a whole rule, "proto tcp dport 22 src 10.0.0.0/8"; as often as there are rules',
  (text) => [parseRule(text)],
);

/** One rule made of single conditions, and any number of whole ones. */
export const ruleOptions = {
  rule,
  ...(Object.fromEntries(CONDITIONS.map((each) => [each.key, conditionOption(each)])) as Record<
    keyof Rule,
    OptionSpec<Given>
  >),
} satisfies OptionSpecs;

/**
 * The rules that these options make: first the one of single conditions, then the whole ones.
 * @throws UsageError for one that contradicts itself
 */
export function rulesFromOptions(options: Readonly<Record<string, unknown>>): readonly Rule[] {
  const draft: Draft = {};
  for (const condition of CONDITIONS) {
    const given = options[condition.key] as Given;
    if (given === true) addCondition(draft, condition, undefined);
    for (const text of Array.isArray(given) ? given : []) addCondition(draft, condition, text);
  }
  const single = Object.keys(draft).length ? [checkRule(draft)] : [];
  return [...single, ...((options.rule as readonly Rule[] | undefined) ?? [])];
}
