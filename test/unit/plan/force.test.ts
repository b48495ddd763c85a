import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/kit/errors.ts';
import { forcePlan, type Plan } from '../../../src/kit/tool/plan.ts';

const plan: Plan = {
  exec: { tp_btf: ['exec_tp_btf'], raw_tp: ['exec_raw_tp'] },
  failed: { tracepoint: ['enter', 'leave'], raw_tp: ['failed_raw_tp'] },
};

/** The names that are left for each observation. */
const left = (names: string) =>
  Object.fromEntries(Object.entries(forcePlan(plan, names)).map(([what, ways]) => [what, Object.keys(ways)]));

describe('forcePlan', () => {
  it('leaves just the alternative that is named', () => {
    expect(left('raw_tp')).toEqual({ exec: ['raw_tp'], failed: ['raw_tp'] });
  });
  it('leaves an observation that has none of the names as it is', () => {
    expect(left('tp_btf')).toEqual({ exec: ['tp_btf'], failed: ['tracepoint', 'raw_tp'] });
  });
  it('takes several, which keep their order', () => {
    expect(left('raw_tp,tracepoint,tp_btf')).toEqual({ exec: ['tp_btf', 'raw_tp'], failed: ['tracepoint', 'raw_tp'] });
    expect(left('tp_btf,tracepoint')).toEqual({ exec: ['tp_btf'], failed: ['tracepoint'] });
  });
  it('changes nothing of the plan itself', () => {
    const { exec } = forcePlan(plan, 'raw_tp');
    expect(exec).toEqual({ raw_tp: plan.exec.raw_tp });
    expect(Object.keys(plan.exec)).toEqual(['tp_btf', 'raw_tp']);
  });
  it.each([
    ['kprobe', 'kprobe'],
    ['raw_tp,kprobe', 'kprobe'],
    ['', ''],
    ['RAW_TP', 'RAW_TP'],
    ['toString', 'toString'],
  ])('refuses %j', (names, wrong) => {
    const error = new UsageError(`unknown plan "${wrong}"`, 'plans here: tp_btf, raw_tp, tracepoint');
    expect(() => forcePlan(plan, names)).toThrow(error);
  });
});
