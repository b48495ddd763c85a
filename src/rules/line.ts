import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';
import { checkRule } from './check.ts';
import { CONDITIONS, type Condition, conditionNamed } from './conditions.ts';
import type { Rule } from './model.ts';
import { unknownName } from './names.ts';
import { formatNet, parseNet } from './nets.ts';

/** A rule while it is read. */
export type Draft = { -readonly [K in keyof Rule]: Rule[K] };

/**
 * `proto tcp dport 22,80-90 src 10.0.0.0/8`: conditions in any order, each a word and its value, also as options are
 * written (`--dport=22`); or one network alone, which is a source.
 * @throws UsageError
 */
export function parseRule(text: string): Rule {
  const trimmed = text.trim();
  // block lists have very many of them
  if (/^[\d:][^=\s]*$/.test(trimmed)) return { src: [parseNet(trimmed)] };
  const words = trimmed.split(/\s+/);
  const draft: Draft = {};
  for (let i = 0; i < words.length; i++) {
    const [, word, value] = /^(?:--)?([^=]*)(?:=(.*))?$/s.exec(words[i]) ?? [];
    const condition = conditionNamed.get(word.toLowerCase());
    if (!condition) throw unknownName('condition', word, conditionNamed.keys());
    addCondition(draft, condition, value ?? (takesNext(condition, words[i + 1]) ? words[++i] : undefined));
  }
  return checkRule(draft);
}

/** `malformed` alone means all kinds. */
function takesNext({ key, value }: Condition, next: string | undefined): boolean {
  if (value === undefined || next === undefined) return false;
  return key !== 'malformed' || !conditionNamed.has(next.replace(/^--/, '').replace(/=.*/, ''));
}

/** @param text left out: the condition was given no value @throws UsageError */
export function addCondition(draft: Draft, condition: Condition, text: string | undefined): void {
  const { word, key, value, join } = condition;
  if (value === undefined && text) throw new UsageError(`${word} takes no value: "${escapeText(text)}"`);
  if (value !== undefined && !text && key !== 'malformed') throw new UsageError(`${word} needs a value: ${value}`);
  const parsed = parseNamed(condition, text || 'all');
  const before = draft[key];
  if (before !== undefined && !join) throw new UsageError(`${word} is given twice`);
  Object.assign(draft, { [key]: before === undefined ? parsed : join?.(before, parsed) });
}

/** Its errors begin with the condition's word. */
function parseNamed({ word, parse }: Condition, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${word}: ${error.message}`, error.remedy);
    throw error;
  }
}

/** The rule in canonical form: `parseRule` makes the same of it. */
export function formatRule(rule: Rule): string {
  // block lists have very many rules of one condition
  const [only, ...others] = Object.keys(rule) as (keyof Rule)[];
  const single = others.length === 0 ? conditionOf.get(only) : undefined;
  return single ? wordsOf(single, rule).join(' ') : CONDITIONS.flatMap((each) => wordsOf(each, rule)).join(' ');
}

/** The same, where the rule is one network alone, in the form that block lists have. */
export function formatShort(rule: Rule): string {
  const { src } = rule;
  return src?.length === 1 && Object.keys(rule).length === 1 ? formatNet(src[0]) : formatRule(rule);
}

const conditionOf: ReadonlyMap<keyof Rule, Condition> = new Map(CONDITIONS.map((each) => [each.key, each]));

function wordsOf({ word, key, format }: Condition, rule: Rule): readonly string[] {
  const value = rule[key];
  return value === undefined ? [] : format(value).map((text) => (text === '' ? word : `${word} ${text}`));
}
