// The form of generated text is Biome's: what these functions make passes `biome check` as it is.

const WIDTH = 120;

/** u8 before u16. */
const byNumberToo = new Intl.Collator('en', { numeric: true }).compare;

/** A string literal in single quotes, or in double ones where that saves escapes. */
export function quoted(text: string): string {
  const json = JSON.stringify(text);
  const singles = text.split("'").length;
  const doubles = text.split('"').length;
  return singles > doubles ? json : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A property of an object literal; what is too long for its line goes to one of its own. */
export function property(indent: string, name: string, value: string): string {
  const line = `${indent}${name}: ${value},`;
  return line.length <= WIDTH || value.includes('\n') ? line : `${indent}${name}:\n${indent}  ${value},`;
}

/** An object literal as the property of another one: on one line, if it fits. */
export function objectProperty(indent: string, name: string, members: readonly string[]): string {
  const line = `${indent}${name}: { ${members.join(', ')} },`;
  const lines = members.map((member) => `${indent}  ${member},`);
  return line.length <= WIDTH ? line : `${indent}${name}: ${braces(indent, lines)},`;
}

/** `{`, the lines, and `}` at the given indentation; `{}` when there are none. */
export function braces(indent: string, lines: readonly string[]): string {
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

/** An import of the names, sorted; nothing when there are none. */
export function importLine(keyword: 'import' | 'import type', names: readonly string[], from: string): string[] {
  if (names.length === 0) return [];
  const sorted = [...names].sort(byNumberToo);
  const line = `${keyword} { ${sorted.join(', ')} } from '${from}';`;
  return line.length <= WIDTH ? [line] : [`${keyword} {`, ...sorted.map((name) => `  ${name},`), `} from '${from}';`];
}

/** flow_key, xdp-drop → FlowKey, XdpDrop */
export function pascal(name: string): string {
  return name.replaceAll(/(?:^|[_-]+)([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** xdp-drop, flow_key → xdpDrop, flowKey */
export function camel(name: string): string {
  const text = pascal(name);
  return text.charAt(0).toLowerCase() + text.slice(1);
}
