import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ToolName } from '../../../src/registry.ts';
import { testProgram } from './build.ts';
import { testFolder } from './folder.ts';
import { expectNoOrphans, type Row, recordsOf } from './observe.ts';
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
