import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ToolName } from '../../../src/registry.ts';
import { testProgram } from './build.ts';
import { testFolder } from './folder.ts';
import { expectNoOrphans, type Row, recordsOf } from './observe.ts';
import type { Stage } from './stage.ts';
import { type End, run, type StartOptions } from './tool.ts';

/** How a traced command has ended, and what its tool has written about it. */
export interface Traced extends End {
  /** The events. */
  readonly rows: readonly Row[];
  readonly summary: Row;
}

/** Runs a command under a tool that writes its rows, as JSON, into a file; nothing is left of it then. */
export async function traced(
  tool: ToolName,
  options: readonly string[],
  words: readonly string[],
  how?: StartOptions,
): Promise<Traced> {
  const file = `${testFolder()}/rows`;
  const end = await run([tool, '--json', '--output', file, ...options, '--', ...words], how);
  const records = recordsOf(readFileSync(file, 'utf8'));
  await expectNoOrphans();
  const summary = records.at(-1);
  expect(summary?.type, end.stderr).toBe('summary');
  return { ...end, rows: records.slice(0, -1), summary: summary as Row };
}

/** A command that grows a tree of processes: see grove/grove.c. */
export const grove = (steps: readonly string[], mark: string): readonly string[] => [
  testProgram('grove'),
  ...steps,
  '--',
  '/bin/true',
  mark,
];

/** The trees that tests grow: of every kind that there is. */
export const TREES: readonly (readonly string[])[] = [
  ['fork'],
  ['vfork'],
  ['files'],
  ['fork', 'sibling'],
  ['orphan'],
  ['fork', 'setsid'],
  ['orphan', 'setsid', 'orphan'],
  ['thread', 'fork'],
  ['fork', 'thread'],
  ['thread', 'vfork', 'thread', 'fork'],
  ['exec', 'exec', 'exec'],
  ['fork', 'exec', 'vfork', 'orphan', 'exec', 'fork'],
  ['pidns', 'fork'],
  ['many=3', 'orphan'],
];

/** grove's own execs: its first, and those of the steps that start it anew with what is left of them. */
const anew = (steps: readonly string[]) => {
  const again = steps.flatMap((step, i) => (step === 'vfork' || step === 'exec' ? [steps.slice(i + 1)] : []));
  return again.map((left) => ['grove', '-', ...left, '--', '/bin/true', 'leaf']);
};

/** What execsnoop has to show of such a tree, in its order. */
export const growth = (steps: readonly string[]): readonly (readonly string[])[] => [
  grove(steps, 'leaf'),
  ...anew(steps),
  ...Array.from({ length: steps.includes('many=3') ? 3 : 1 }, () => ['/bin/true', 'leaf']),
];

/** The command lines that execsnoop shows of a command, while a neighbour execs all the time. */
export async function execsOf(words: readonly string[], neighbour: Stage): Promise<string[][]> {
  let going = true;
  const run = traced('execsnoop', ['--require-complete'], words).finally(() => {
    going = false;
  });
  while (going) await neighbour.run({ file: '/bin/true', args: ['true', 'neighbour'] });
  const { rows, status, stderr } = await run;
  expect(status, stderr).toBe(0);
  return rows.map(({ args }) => args as string[]);
}
