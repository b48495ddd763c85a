import { describe, expect, it, vi } from 'vitest';
import { BpfError } from '../../../src/bpf/error.ts';
import { attachPlan, PlanError } from '../../../src/kit/tool/attach-plan.ts';
import type { Plan } from '../../../src/kit/tool/plan.ts';
import { fakeKernel, type Refusals, somethingElse } from './fake-object.ts';

vi.mock('../../../src/bpf/link.ts', () => import('./fake-object.ts'));

const plan: Plan = {
  exec: { fentry: ['exec_fentry'], kprobe: ['exec_kprobe'], tracepoint: ['exec_enter', 'exec_leave'] },
  exit: { fentry: ['exit_fentry'], tracepoint: ['exit_tracepoint'] },
};

/** What is chosen and tried when the kernel refuses these. */
function attached(refusals: Refusals, from = plan) {
  const { open, log } = fakeKernel(refusals);
  const { chosen, attempts } = attachPlan(open, from);
  return { chosen, tried: attempts.map(({ observation, alternative }) => `${observation} ${alternative}`), log };
}

/** The error when the kernel refuses these. */
function failure(refusals: Refusals, prepare?: () => void): { error: unknown; log: readonly string[] } {
  const { open, log } = fakeKernel(refusals);
  try {
    attachPlan(open, plan, prepare);
  } catch (error) {
    return { error, log };
  }
  throw new Error('it was attached');
}

describe('attachPlan', () => {
  it('takes the first alternative of each observation, and loads nothing else', () => {
    expect(attached({})).toEqual({
      chosen: { exec: 'fentry', exit: 'fentry' },
      tried: [],
      log: ['0 open', '0 load exec_fentry exit_fentry', '0 attach exec_fentry', '0 attach exit_fentry'],
    });
  });

  it('falls through to the next when the kernel does not load a program, for that observation only', () => {
    expect(attached({ load: ['exec_fentry'] })).toEqual({
      chosen: { exec: 'kprobe', exit: 'fentry' },
      tried: ['exec fentry'],
      log: [
        ...['0 open', '0 load exec_fentry exit_fentry', '0 close'],
        ...['1 open', '1 load exec_kprobe exit_fentry', '1 attach exec_kprobe', '1 attach exit_fentry'],
      ],
    });
  });

  it('falls through when it loads but does not attach: what was attached before is given up', () => {
    const { chosen, log } = attached({ attach: ['exit_fentry'] });
    expect(chosen).toEqual({ exec: 'fentry', exit: 'tracepoint' });
    expect(log.slice(2, 5)).toEqual(['0 attach exec_fentry', '0 attach exit_fentry', '0 close']);
    expect(log.filter((line) => line.endsWith('close'))).toEqual(['0 close']);
  });

  it('falls through as often as it must', () => {
    expect(attached({ load: ['exec_fentry', 'exit_fentry'], attach: ['exec_kprobe'] })).toMatchObject({
      chosen: { exec: 'tracepoint', exit: 'tracepoint' },
      tried: ['exec fentry', 'exit fentry', 'exec kprobe'],
    });
  });

  it('gives up an alternative of several programs when one of them is refused', () => {
    const both: Plan = { exec: { tracepoint: ['exec_enter', 'exec_leave'], kprobe: ['exec_kprobe'] } };
    expect(attached({ attach: ['exec_leave'] }, both)).toMatchObject({ chosen: { exec: 'kprobe' } });
    expect(attached({ load: ['exec_leave'] }, both)).toMatchObject({ chosen: { exec: 'kprobe' } });
  });

  it('attaches to targets', () => {
    const target = { kind: 'kprobe', symbol: 'do_exit' } as const;
    const { log } = attached({}, { exit: { kprobe: [{ program: 'exit_kprobe', target }] } });
    expect(log.slice(1)).toEqual([
      '0 load exit_kprobe',
      '0 attach exit_kprobe to {"kind":"kprobe","symbol":"do_exit"}',
    ]);
  });

  it('runs what iterates once, last of all, and keeps what it wrote', () => {
    const found: Plan = { older: { iterator: ['older_iter'] }, ...plan };
    const { open, log } = fakeKernel();
    expect(`${attachPlan(open, found).found}`).toBe('found by older_iter');
    expect(log.slice(2)).toEqual([
      ...['0 attach exec_fentry', '0 attach exit_fentry'],
      ...['0 attach older_iter', '0 detach older_iter'],
    ]);
  });

  it('does without what has an alternative of no programs', () => {
    const optional: Plan = { older: { iterator: ['older_iter'], none: [] }, exit: plan.exit };
    expect(attached({ load: ['older_iter'] }, optional)).toMatchObject({
      chosen: { older: 'none', exit: 'fentry' },
      tried: ['older iterator'],
    });
    expect(attached({ attach: ['older_iter'] }, optional)).toMatchObject({ chosen: { older: 'none', exit: 'fentry' } });
  });

  it('remembers why', () => {
    const { open } = fakeKernel({ load: ['exec_fentry'] });
    const [attempt] = attachPlan(open, plan).attempts;
    expect(attempt).toEqual({ observation: 'exec', alternative: 'fentry', error: expect.any(BpfError) });
    expect(attempt.error.program).toBe('exec_fentry');
  });

  it('prepares what it has loaded, each time, before it attaches', () => {
    const { open, log } = fakeKernel({ attach: ['exec_fentry'] });
    attachPlan(open, { exec: plan.exec }, () => log.push('prepare'));
    expect(log).toEqual([
      ...['0 open', '0 load exec_fentry', 'prepare', '0 attach exec_fentry', '0 close'],
      ...['1 open', '1 load exec_kprobe', 'prepare', '1 attach exec_kprobe'],
    ]);
  });
});

describe('attachPlan fails, with everything closed,', () => {
  it('when an observation has no alternative left, naming all attempts for it and no others', () => {
    const { error, log } = failure({ load: ['exec_fentry', 'exit_fentry', 'exit_tracepoint'] });
    expect(error).toBeInstanceOf(PlanError);
    const { observation, attempts, message } = error as PlanError;
    expect([observation, message]).toEqual(['exit', 'no way to observe exit']);
    expect(attempts.map(({ alternative }) => alternative)).toEqual(['fentry', 'tracepoint']);
    expect(log.filter((line) => line.endsWith('close'))).toEqual(['0 close', '1 close', '2 close']);
  });

  it('when loading fails and no program is to blame: another alternative would not help', () => {
    const { error, log } = failure({ load: [somethingElse] });
    expect(error).toMatchObject({ code: 'ENOMEM' });
    expect(log).toEqual(['0 open', '0 load exec_fentry exit_fentry', '0 close']);
  });

  it('when preparing fails', () => {
    const { error, log } = failure({}, () => {
      throw new RangeError('too many');
    });
    expect(error).toEqual(new RangeError('too many'));
    expect(log.at(-1)).toBe('0 close');
  });

  it('when it cannot be opened, with the error of that', () => {
    const open = () => {
      throw new TypeError('no object');
    };
    expect(() => attachPlan(open, plan)).toThrow(new TypeError('no object'));
  });
});
