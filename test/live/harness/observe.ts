import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { heldBy, survivors, type Witnessed } from '../loader/witness.ts';
import type { Stage } from './stage.ts';
import { type End, PATIENCE, type StartOptions, start, type Tool } from './tool.ts';

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

/** Names of execsnoop's programs in the kernel, which keeps 15 letters of them. */
const OURS = /^(exec|failed|enter|leave)_(tp_btf|raw_tp|execve|execveat)$/;

/** Every program of execsnoop's is held by a process that lives: no other one has outlived its own. */
export async function expectNoOrphans(): Promise<void> {
  const orphans = () => {
    const programs: { id: number; name?: string }[] = JSON.parse(
      execFileSync('bpftool', ['-j', 'prog', 'show'], { encoding: 'utf8' }),
    );
    const held = new Set(
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap(programsOf),
    );
    return programs.filter(({ id, name = '' }) => OURS.test(name) && !held.has(id));
  };
  await vi.waitFor(() => expect(orphans()).toEqual([]), { timeout: PATIENCE, interval: 20 });
}

function programsOf(pid: string): number[] {
  try {
    return heldBy(Number(pid)).flatMap(({ kind, id }) => (kind === 'prog' ? [id] : []));
  } catch {
    return []; // it has ended since
  }
}
