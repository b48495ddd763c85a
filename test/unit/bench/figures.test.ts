import { expect, test } from 'vitest';
import { contenders } from '../../../bench/contenders.ts';
import { add, formatTable, measure, median, sum } from '../../../bench/figures.ts';

const [ours, json, libbpf, bpftrace] = contenders;

test('the median is the one in the middle, or half way between two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 5, 2])).toBe(3.5);
});

test('a table in 80 columns has the numbers, their ratio to ours, and a gap for a tool that failed', () => {
  const first = measure('first', 'start to first event, ms', 1);
  for (const [contender, values] of [
    [ours, [100, 120, 110]],
    [json, [112, 112, 112]],
    [libbpf, [33, 30, 40]],
  ] as const) {
    for (const value of values) add(first, contender, value);
  }
  const lost = measure('lost', 'lost', 0, sum);
  for (const contender of [ours, bpftrace, bpftrace]) add(lost, contender, contender === ours ? 0 : 600);
  const rate = measure('rate', 'execs/s', 0);
  add(rate, ours, 400);
  add(rate, bpftrace, 4000);
  expect(formatTable([first, lost, rate]).split('\n')).toEqual([
    '                              ebpf-kit        --json  libbpf-tools      bpftrace',
    'start to first event, ms         110.0   112.0 ×1.02    33.0 ×0.30       -',
    'lost                                 0       -             -          1200',
    'execs/s                            400       -             -          4000   ×10',
  ]);
});
