import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadTool, tools } from '../../src/registry.ts';
import { isBefore, planOf, rows } from '../vm/plans.ts';

test('the table of kernels has every way of every tool, in its order, and no others', async () => {
  const ways: string[][] = [];
  for (const { name } of tools) {
    const plan = planOf(await loadTool(name));
    for (const [observation, alternatives] of Object.entries(plan)) {
      ways.push(...Object.keys(alternatives).map((alternative) => [name, observation, alternative]));
    }
  }
  const told = rows.filter(({ tool }) => tool !== 'loader').map((row) => [row.tool, row.observation, row.plan]);
  expect(told).toEqual(ways);
});

test.each([
  ['5.10', '6.1', true],
  ['6.1', '6.12', true],
  ['6.12', '6.6', false],
  ['6.12', '6.12', false],
  ['6.6.1-generic', '6.6', false],
  ['5.15.0-101-generic', '6.1', true],
  ['6.1.0-56-amd64', '5.10', false],
])('Linux %s is before %s: %s', (one, other, expected) => {
  expect(isBefore(one, other)).toBe(expected);
});

describe('on a test machine, a way of attaching', () => {
  let plans: typeof import('../vm/plans.ts');
  beforeEach(async () => {
    vi.stubEnv('EBPF_KIT_VM', '6.1');
    vi.resetModules();
    plans = await import('../vm/plans.ts');
  });
  afterEach(() => vi.unstubAllEnvs());

  test('that has to work may not be refused', () => {
    const { works, accepted, refused } = plans.claimHook('kprobe', 'kprobe');
    expect(works).toBe(true);
    expect(() => refused('no kprobes')).toThrow('it has to work here, and does not: no kprobes');
    expect(accepted).not.toThrow();
  });

  test('that cannot work may not be accepted', () => {
    const { works, accepted, refused } = plans.claimHook('tc');
    expect(works).toBe(false);
    expect(accepted).toThrow('it works, and should not: kernels before 6.6 have no tcx links');
    expect(() => refused('no tcx')).not.toThrow();
  });

  test('that the table does not know is refused', () => {
    expect(() => plans.claimHook('magic')).toThrow('test/vm/plans.json has no row for loader, attach, magic');
  });
});
