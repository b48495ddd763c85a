import { BANNER } from './object.ts';
import { property, quoted } from './text.ts';

/** What the command's help needs to know of a tool without loading it. */
export interface ToolEntry {
  /** Its file in src/tools. */
  readonly file: string;
  readonly name: string;
  readonly group: string;
  readonly summary: string;
}

/** The source of the list of all tools, sorted by group and name; a tool is loaded only when it is called. */
export function emitTools(tools: readonly ToolEntry[]): string {
  const sorted = [...tools].sort((a, b) => compare(a.group, b.group) || compare(a.name, b.name));
  const entries = sorted.map(({ file, name, group, summary }) =>
    [
      '  {',
      property('    ', 'name', quoted(name)),
      property('    ', 'group', quoted(group)),
      property('    ', 'summary', quoted(summary)),
      `    load: () => import('../tools/${file}'),`,
      '  },',
    ].join('\n'),
  );
  const list = entries.length === 0 ? '[]' : `[\n${entries.join('\n')}\n]`;
  return `${BANNER}\n\nexport const tools = ${list} as const;\n`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
