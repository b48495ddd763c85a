import type { AnyTool } from './tool/any.ts';
import { type AnyStream, defaultColumns } from './tool/define.ts';
import { type OptionSpecs, type OptionsOf, withDefaults } from './tool/options.ts';
import { idleRun } from './tool/run.ts';

const WIDTH = 80;

/** Pairs of words and what they mean, under a heading. */
export interface HelpSection {
  readonly title: string;
  readonly items: readonly (readonly [name: string, doc: string])[];
}

/** What --help says after the options: columns, examples, blind spots. 80 columns wide. @param more between columns and plans */
export function toolHelp(tool: AnyTool, more: readonly HelpSection[] = []): string {
  const options = withDefaults(tool.options, {});
  const columns = Object.entries(tool.columns(options, idleRun)).map(([name, { doc }]) => [name, doc] as const);
  return [
    '',
    `Columns (default: ${defaultColumns(tool, options).join(',')}):`,
    ...pairs(columns),
    ...(tool.shape === 'stream' ? countColumns(tool, options) : []),
    ...more.flatMap(({ title, items }) => ['', `${title}:`, ...pairs(items)]),
    '',
    'Ways to attach (--plan), in order of preference:',
    ...pairs(Object.entries(tool.plan).map(([what, ways]) => [what, Object.keys(ways).join(', ')] as const)),
    '',
    'Examples:',
    ...tool.examples.flatMap(([command, purpose]) => [`  # ${purpose}`, `  ebpf-kit ${command}`]),
    '',
    'Blind spots:',
    ...tool.blindSpots.flatMap((sentence) => wrap(sentence, '  - ', '    ')),
  ].join('\n');
}

function countColumns({ counts }: AnyStream, options: OptionsOf<OptionSpecs>): string[] {
  if (!counts) return [];
  const columns = Object.entries(counts.columns(options)).map(([name, { doc }]) => [name, doc] as const);
  return ['', `Columns with --count (default: ${counts.defaults(options).join(',')}):`, ...pairs(columns)];
}

function pairs(items: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...items.map(([name]) => name.length));
  return items.flatMap(([name, doc]) => wrap(doc, `  ${name.padEnd(width)}  `, ' '.repeat(width + 4)));
}

function wrap(text: string, first: string, next: string): string[] {
  const lines = [first];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    const fits = line.length + word.length < WIDTH;
    if (fits) lines[lines.length - 1] = `${line}${/\S$/.test(line) && line !== first ? ' ' : ''}${word}`;
    else lines.push(next + word);
  }
  return lines;
}
