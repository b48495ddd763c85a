import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { probe } from '../../../src/gen/probe.ts';
import { loadTool, type ToolName, tools } from '../../../src/registry.ts';
import { heldBy, survivors, type Witnessed } from '../loader/witness.ts';
import { type End, PATIENCE, type StartOptions, start, type Tool } from './tool.ts';

/** A record of --json. */
export type Row = Readonly<Record<string, unknown>> & { readonly v: number; readonly type: string };

/**
 * Runs a tool while something happens, and ends it by SIGINT: then it has shown all that happened. Also looks that
 * nothing is left of it in the kernel.
 */
export async function observe(
  tool: ToolName,
  args: readonly string[],
  cause: (running: Tool) => Promise<unknown>,
  options?: StartOptions,
): Promise<End> {
  const running = start([tool, '--ready-fd', '3', ...args], options);
  await running.ready;
  const held = heldBy(running.pid);
  // no link: perf events, by which tracepoints are attached, have none before v5.15 (b89fbfbb854c)
  expect(held.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['prog', 'map']));
  await cause(running);
  const end = await running.stop();
  expect(end, end.stderr).toMatchObject({ status: 0, signal: null });
  await expectGone(held);
  return end;
}

/** The kernel frees after a grace period. */
export async function expectGone(held: readonly Witnessed[]): Promise<void> {
  expect(await survivors(held)).toEqual([]);
}

/** The events that a tool shows meanwhile, as --json has them. */
export async function observed(
  tool: ToolName,
  args: readonly string[],
  cause: (running: Tool) => Promise<unknown>,
): Promise<Row[]> {
  const { stdout } = await observe(tool, ['--json', ...args], cause);
  return recordsOf(stdout).filter(({ type }) => type !== 'summary' && type !== 'lost');
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

/** What the kernel keeps of a program's name: BPF_OBJ_NAME_LEN of include/uapi/linux/bpf.h, less its NUL. */
const NAME_LENGTH = 15;

/** Names of all tools' programs, and doctor's, as the kernel knows them. */
async function ourNames(): Promise<ReadonlySet<string>> {
  const objects = await Promise.all(tools.map(async ({ name }) => (await loadTool(name)).object));
  const names = [...objects, probe].flatMap(({ programs }) => Object.keys(programs));
  return new Set(names.map((name) => name.slice(0, NAME_LENGTH)));
}

/** Every program of ours is held by a process that lives: no other one has outlived its own. */
export async function expectNoOrphans(): Promise<void> {
  const ours = await ourNames();
  const orphans = () => {
    const programs: { id: number; name?: string }[] = JSON.parse(
      execFileSync('bpftool', ['-j', 'prog', 'show'], { encoding: 'utf8' }),
    );
    const held = new Set(
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap(programsOf),
    );
    return programs.filter(({ id, name = '' }) => ours.has(name) && !held.has(id));
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
