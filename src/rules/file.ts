import { parseRule } from './line.ts';
import type { Rule } from './model.ts';
import { atLine } from './place.ts';

/**
 * The rules of a file, in its order: a rule per line, or YAML. Nothing of a file with an error counts.
 * @param name for errors: 'rules.txt:7: …'
 * @throws UsageError
 */
export async function parseRuleFile(text: string, name: string): Promise<Rule[]> {
  return isYaml(text, name) ? (await import('./yaml.ts')).parseYamlRules(text, name) : parseLines(text, name);
}

/** By its name, or by how it begins. */
function isYaml(text: string, name: string): boolean {
  return /\.ya?ml$/i.test(name) || /^(\s*(#.*)?\n)*\s*(---|- |rules:)/.test(text);
}

/** Block lists say with ; what # says elsewhere. */
const COMMENT = /(^|\s)[#;].*$/s;

function parseLines(text: string, name: string): Rule[] {
  const rules: Rule[] = [];
  const commented = /[#;]/.test(text);
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const rule = (commented ? line.replace(COMMENT, '') : line).trim();
    if (rule) rules.push(atLine(name, number, parseRule, rule));
  }
  return rules;
}
