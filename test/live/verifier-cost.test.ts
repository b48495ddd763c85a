import { release } from 'node:os';
import { expect, it } from 'vitest';
import { BpfError } from '../../src/bpf/error.ts';
import { loadTool, tools } from '../../src/registry.ts';
import { recordedCosts, verifierCost } from '../vm/cost.ts';

const kernel = process.env.EBPF_KIT_VM ?? /^\d+\.\d+/.exec(release())?.[0] ?? '';
const recorded = recordedCosts(kernel);
const loaded = await Promise.all(tools.map(({ name }) => loadTool(name)));

/** Undefined where this kernel has no such programs. */
function cost(tool: (typeof loaded)[number], program: string): number | undefined {
  try {
    return verifierCost(tool, program);
  } catch (error) {
    if (error instanceof BpfError) return undefined;
    throw error;
  }
}

it.for(loaded.map((tool) => [tool.name, tool] as const))(
  'no program of %s costs the verifier a tenth more than it did',
  ([name, tool], { task }) => {
    const costs = Object.keys(tool.object.programs).flatMap((program) => {
      const insns = cost(tool, program);
      return insns === undefined ? [] : [[`${name}/${program}`, insns] as const];
    });
    task.meta.cost = Object.fromEntries(costs);
    expect(costs.length).toBeGreaterThan(0);
    for (const [program, insns] of costs) expect(insns, program).toBeGreaterThan(0);
    if (!recorded) return; // a kernel that nobody has recorded
    const grown = costs.filter(([program, insns]) => insns > (recorded[program] ?? 0) * 1.1);
    expect(grown, 'see test/vm/verifier-cost.txt; npm run test:kernels -- --update writes it anew').toEqual([]);
  },
);
