import { readCosts } from '../../scripts/kernels/cost.mjs';
import { setDebugLog, takeLog } from '../../src/bpf/log.ts';
import { BpfObject } from '../../src/bpf/object.ts';
import type { AnyTool } from '../../src/kit/tool/any.ts';
import { opener } from '../../src/kit/tool/load.ts';
import { withDefaults } from '../../src/kit/tool/options.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Program → instructions that the verifier looked at: part of the JSON that vitest writes. */
    cost?: Readonly<Record<string, number>>;
  }
}

/** Program → instructions, of one kernel; undefined when test/vm/verifier-cost.txt has no column for it. */
export function recordedCosts(kernel: string): Readonly<Record<string, number>> | undefined {
  return process.env.EBPF_KIT_UPDATE ? undefined : readCosts()[kernel];
}

/**
 * Instructions that the verifier looks at to accept one program with all that it can collect.
 * @throws BpfError when this kernel refuses it
 */
export function verifierCost(tool: AnyTool, program: string): number {
  takeLog();
  // Kernels before 5.16 tell it in the log only.
  setDebugLog('statistics');
  try {
    using object = openWhole(tool);
    object.setAutoload(program, true);
    object.load();
    const [, processed] = /^processed (\d+) insns/m.exec(takeLog()) ?? [];
    return object.verifiedInsns(program) || Number(processed);
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
