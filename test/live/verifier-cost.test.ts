import { release } from 'node:os';
import { expect, it } from 'vitest';
import { loadingTools, recordedCosts, verifierCosts } from '../vm/cost.ts';

const kernel = process.env.EBPF_KIT_VM ?? /^\d+\.\d+/.exec(release())?.[0] ?? '';
const recorded = recordedCosts(kernel);
const loaded = await loadingTools();

it.for(loaded.map((tool) => [tool.name, tool] as const))(
  'no program of %s costs the verifier a tenth more than it did',
  ([name, tool], { task }) => {
    const expected = Object.keys(tool.object.programs).filter((program) => recorded?.[`${name}/${program}`]);
    const found = Object.entries(verifierCosts(tool, expected));
    const costs = found.map(([program, insns]) => [`${name}/${program}`, insns] as const);
    task.meta.cost = Object.fromEntries(costs);
    expect(costs.length).toBeGreaterThan(0);
    for (const [program, insns] of costs) expect(insns, program).toBeGreaterThan(0);
    if (!recorded) return; // a kernel that nobody has recorded
    const grown = costs.filter(([program, insns]) => insns > (recorded[program] ?? 0) * 1.1);
    expect(grown, 'see test/vm/verifier-cost.txt; npm run test:kernels -- --update writes it anew').toEqual([]);
  },
);
