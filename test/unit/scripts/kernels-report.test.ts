import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyReport, readReport } from '../../../scripts/kernels/report.mjs';
import { formatTable, summary, untested } from '../../../scripts/kernels/table.mjs';
import { root } from '../../../scripts/lib/run.mjs';

const row = (plan: string, tool = 'snoop') => ({ tool, observation: 'exec', plan });

describe('what vitest wrote', () => {
  function read(testResults: unknown): ReturnType<typeof readReport> {
    const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-'));
    try {
      writeFileSync(join(folder, 'tests.json'), JSON.stringify({ testResults }));
      return readReport(join(folder, 'tests.json'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const plan = { ...row('fentry'), state: 'passed' };

  test('is counted, with what tests told and why they failed', () => {
    const cannot = { ...row('kprobe'), state: 'cannot', because: 'no kprobes' };
    const file = `${root}/test/live/plans.test.ts`;
    const assertionResults = [
      { status: 'passed', fullName: 'a', meta: { plan: cannot } },
      { status: 'failed', fullName: 'snoop through fentry', failureMessages: ['Error: no\n  at x'], meta: { plan } },
      { status: 'skipped', fullName: 'c', meta: {} },
      { status: 'failed', fullName: 'cost', failureMessages: [], meta: { cost: { 'snoop/exec': 7 } } },
    ];
    expect(read([{ name: file, status: 'failed', message: '', assertionResults }])).toEqual({
      ...{ passed: 1, failed: 2, skipped: 1, seconds: 0, costs: { 'snoop/exec': 7 } },
      plans: [cannot, { ...plan, state: 'failed', because: undefined }],
      failures: [
        'test/live/plans.test.ts: snoop through fentry\n    Error: no\n      at x',
        'test/live/plans.test.ts: cost\n    ',
      ],
    });
  });

  test('of a file that does not load counts as a failure', () => {
    const file = { name: `${root}/test/live/x.test.ts`, status: 'failed', message: 'no module', assertionResults: [] };
    expect(read([file])).toMatchObject({ passed: 0, failed: 1, failures: ['test/live/x.test.ts\n    no module'] });
  });

  test('is nothing when it is not there', () => {
    expect(readReport('/nonexistent/tests.json')).toEqual({});
  });
});

describe('the table', () => {
  const old = {
    ...emptyReport('5.10'),
    passed: 12,
    seconds: 61.6,
    plans: [
      { ...row('fentry'), state: 'cannot' as const, because: 'no trampolines' },
      { ...row('kprobe'), state: 'passed' as const },
      { ...row('kprobe'), state: 'failed' as const },
      { ...row('tc', 'flows'), state: 'cannot' as const, because: 'no tcx' },
    ],
  };
  const young = {
    ...emptyReport('6.1'),
    plans: [
      { ...row('fentry'), state: 'passed' as const },
      { ...row('tc', 'flows'), state: 'cannot' as const, because: 'no tcx' },
    ],
  };
  const rows = [row('fentry'), row('kprobe'), row('tc', 'flows')];

  test('has a line for each way, a column for each kernel, and the reasons below', () => {
    const gone = { ...emptyReport('6.12'), unavailable: 'Debian has it no more' };
    expect(formatTable(rows, [old, young, gone])).toBe(
      `${[
        'tool   observes  through  5.10                 6.1                  6.12',
        'snoop  exec      fentry   cannot, because (1)  passed               -',
        'snoop  exec      kprobe   failed               not tested           -',
        'flows  exec      tc       cannot, because (2)  cannot, because (2)  -',
        '(1) no trampolines',
        '(2) no tcx',
      ].join('\n')}\n`,
    );
    expect(summary(gone)).toBe('6.12: unavailable: Debian has it no more');
  });

  test('misses no row', () => {
    expect(untested(rows, old)).toEqual([]);
    expect(untested(rows, young)).toEqual([row('kprobe')]);
  });

  test('ends with the sum', () => {
    expect(summary(old)).toBe('5.10: 12 passed, 0 failed in 62 s');
    expect(summary({ ...old, skipped: 2, trouble: 'it hung\nthe console' })).toBe(
      '5.10: 12 passed, 0 failed, 2 skipped in 62 s; it hung',
    );
  });
});
