import { expect } from 'vitest';
import { heldBy, survivors, type Witnessed } from '../loader/witness.ts';
import type { Stage } from './stage.ts';
import { type End, type StartOptions, start, type Tool } from './tool.ts';

/** A record of --json. */
export type Row = Readonly<Record<string, unknown>> & { readonly v: number; readonly type: string };

/**
 * Runs execsnoop while something happens, and ends it by SIGINT: then it has shown all that happened. Also looks that
 * nothing is left of it in the kernel.
 */
export async function observe(
  args: readonly string[],
  cause: (tool: Tool) => Promise<unknown>,
  options?: StartOptions,
): Promise<End> {
  const tool = start(['execsnoop', '--ready-fd', '3', ...args], options);
  await tool.ready;
  const held = heldBy(tool.pid);
  expect(held.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['prog', 'map', 'link']));
  await cause(tool);
  const end = await tool.stop();
  expect(end, end.stderr).toMatchObject({ status: 0, signal: null });
  await expectGone(held);
  return end;
}

/** The kernel frees after a grace period. */
export async function expectGone(held: readonly Witnessed[]): Promise<void> {
  expect(await survivors(held)).toEqual([]);
}

/** What execsnoop says of the stage's children, one line each, without head. */
export async function rows(stage: Stage, args: readonly string[], cause: () => Promise<unknown>): Promise<string[]> {
  const { stdout } = await observe(['-P', `${stage.pid}`, ...args], cause);
  return linesOf(stdout).slice(1);
}

/** The events of the stage's children, as --json has them. */
export async function events(stage: Stage, args: readonly string[], cause: () => Promise<unknown>): Promise<Row[]> {
  const { stdout } = await observe(['--json', '-P', `${stage.pid}`, ...args], cause);
  return recordsOf(stdout).filter(({ type }) => type === 'exec');
}

export function recordsOf(stdout: string): Row[] {
  return linesOf(stdout).map((line) => JSON.parse(line));
}

/** Every line must be ended. */
export function linesOf(stdout: string): string[] {
  const lines = stdout.split('\n');
  expect(lines.pop()).toBe('');
  return lines;
}
