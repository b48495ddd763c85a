import { readFileSync, writeFileSync } from 'node:fs';
import { formatTable, type Measure } from './figures.ts';
import { formatMachine, type Machine } from './machine.ts';
import { manners } from './tree.ts';

interface Manner {
  readonly rounds: number;
  readonly json: boolean;
  readonly update: boolean;
}

const readme = new URL('../README.md', import.meta.url);
const [begin, end] = ['<!-- bench -->', '<!-- /bench -->'];

/** To standard output, and on demand into the README. */
export function tell(
  measures: readonly Measure[],
  trees: readonly Measure[],
  machine: Machine,
  { rounds, json, update }: Manner,
): void {
  const text = [
    formatMachine(machine),
    '',
    ...(measures.length > 0 ? [formatTable(measures), ''] : []),
    ...(trees.length > 0 ? [formatTable(trees, manners), ''] : []),
    `Medians of ${rounds} rounds, in each of which the tools took turns. ×: times the first column.`,
    'Machines are shared and noisy: compare numbers of one run only.',
  ].join('\n');
  console.log(
    json
      ? JSON.stringify({ machine, rounds, measures: Object.fromEntries([...measures, ...trees].map(record)) })
      : text,
  );
  if (update) updateReadme(text);
}

/** All rounds, so that others can do better statistics. */
function record({ key, label, over, values }: Measure) {
  const tools = Object.entries(values).map(([name, rounds]) => [name, { value: over(rounds), rounds }]);
  return [key, { label, tools: Object.fromEntries(tools) }];
}

function updateReadme(text: string): void {
  const old = readFileSync(readme, 'utf8');
  const [before, rest] = old.split(begin);
  const [, after] = rest.split(end);
  writeFileSync(readme, `${before}${begin}\n\`\`\`\n${text}\n\`\`\`\n${end}${after}`);
}
