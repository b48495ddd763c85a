import { readCosts } from '../../scripts/kernels/cost.mjs';
import { BpfError } from '../../src/bpf/error.ts';
import { setDebugLog, takeLog } from '../../src/bpf/log.ts';
import { BpfObject } from '../../src/bpf/object.ts';
import { filenamesTool } from '../../src/commands/baseline-filenames.ts';
import type { AnyTool } from '../../src/kit/tool/any.ts';
import { opener } from '../../src/kit/tool/load.ts';
import { withDefaults } from '../../src/kit/tool/options.ts';
import { loadTool, tools } from '../../src/registry.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Program → instructions that the verifier looked at: part of the JSON that vitest writes. */
    cost?: Readonly<Record<string, number>>;
  }
}

/** All that loads programs: the tools, and what a baseline watches beside them. */
export async function loadingTools(): Promise<AnyTool[]> {
  return [...(await Promise.all(tools.map(({ name }) => loadTool(name)))), filenamesTool as unknown as AnyTool];
}

/** Program → instructions, of one kernel; undefined when test/vm/verifier-cost.txt has no column for it. */
export function recordedCosts(kernel: string): Readonly<Record<string, number>> | undefined {
  return process.env.EBPF_KIT_UPDATE ? undefined : readCosts()[kernel];
}

/**
 * Instructions that the verifier looks at to accept each program of a tool with all that it can collect.
 * @param expected those that this kernel is known to accept: loaded together, as opening the object is what takes long
 * @returns without those that it refuses
 */
export function verifierCosts(tool: AnyTool, expected: readonly string[]): Record<string, number> {
  const programs = Object.keys(tool.object.programs);
  const others = programs.filter((program) => !expected.includes(program));
  const known = programs.filter((program) => expected.includes(program));
  const together = known.length > 0 ? load(tool, known) : {};
  const alone = together ? others : programs;
  return Object.assign({}, together, ...alone.map((program) => load(tool, [program])));
}

/** @returns undefined when one of them is refused */
function load(tool: AnyTool, programs: readonly string[]): Record<string, number> | undefined {
  takeLog();
  // Kernels before 5.16 tell it in the log only.
  setDebugLog('statistics');
  try {
    using object = openWhole(tool);
    for (const program of programs) object.setAutoload(program, true);
    object.load();
    const log = takeLog();
    const logged = (program: string) => log.match(`prog '${program}': [^']*\\nprocessed (\\d+) insns`)?.[1];
    return Object.fromEntries(programs.map((name) => [name, object.verifiedInsns(name) || Number(logged(name))]));
  } catch (error) {
    if (error instanceof BpfError) return undefined;
    throw error;
  } finally {
    setDebugLog(false);
  }
}

/** A control tool's constants are those of its C file: with them, it has all that it can do. */
function openWhole(tool: AnyTool): BpfObject {
  if (tool.shape === 'control') return BpfObject.open(tool.object);
  return opener(
    tool,
    tool.setup(withDefaults(tool.options, {}), () => true),
  )();
}
