import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';
import { UsageError } from '../kit/errors.ts';
import { checkRule } from './check.ts';
import { conditionNamed } from './conditions.ts';
import { addCondition, type Draft, parseRule } from './line.ts';
import type { Rule } from './model.ts';
import { unknownName } from './names.ts';
import { atLine, placed } from './place.ts';

/**
 * A list of rules, by itself or as `rules:`. A rule is a line as in other files, or a map of conditions, whose values
 * may be lists: `{ proto: tcp, dport: [22, 80-90], malformed: true }`.
 * @throws UsageError
 */
export function parseYamlRules(text: string, name: string): Rule[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, logLevel: 'error' });
  const lineOf = (offset = 0) => lineCounter.linePos(offset).line;
  const [error] = document.errors;
  if (error) {
    const [cause] = error.message.split(/ at line \d+/);
    throw new UsageError(placed(name, lineOf(error.pos[0]), cause.charAt(0).toLowerCase() + cause.slice(1)));
  }
  const list = isMap(document.contents) ? document.contents.get('rules') : document.contents;
  if (!isSeq(list)) throw new UsageError(placed(name, 1, 'no list of rules'), 'begin with "rules:", or with "- "');
  const at = <T>(node: unknown, action: () => T) => atLine(name, lineOf(startOf(node)), action);
  return list.items.map((item) => ruleOf(item, at));
}

const startOf = (node: unknown) => (node as { readonly range?: readonly number[] | null } | null)?.range?.[0];

/** @param at runs what is about a node: its errors tell the line */
function ruleOf(item: unknown, at: <T>(node: unknown, action: () => T) => T): Rule {
  if (!isMap(item)) return at(item, () => parseRule(textOf(item)));
  const draft: Draft = {};
  for (const pair of item.items) at(pair.key, () => addPair(draft, pair));
  return at(item, () => checkRule(draft));
}

function addPair(draft: Draft, { key, value }: Pair): void {
  const word = textOf(key);
  const condition = conditionNamed.get(word.toLowerCase());
  if (!condition) throw unknownName('condition', word, conditionNamed.keys());
  if (isScalar(value) && typeof value.value === 'boolean') {
    if (value.value) addCondition(draft, condition, undefined);
    return;
  }
  for (const each of isSeq(value) ? value.items : [value]) addCondition(draft, condition, textOf(each));
}

/** As it is written: 0x16 and 1e3 are no ports. */
function textOf(node: unknown): string {
  if (!isScalar(node) || node.value === null)
    throw new UsageError('a rule is a line, or a map of conditions and their values');
  return node.source ?? String(node.value);
}
