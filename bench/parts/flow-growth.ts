import { add, type Comparison, measure } from '../figures.ts';
import type { Run } from '../part.ts';
import { runScript } from '../script.ts';

interface Growth {
  /** Busy at the same time. */
  readonly flows: readonly number[];
  /** By form of output: processor time per interval, ms, for each of these. */
  readonly busy: Readonly<Record<string, readonly number[]>>;
  /** Memory before, and after each of ten steps of as many short flows, MB. */
  readonly short: { readonly memory: readonly number[]; readonly peak: number };
}

/** It takes the least of its rounds, and long: one is enough. */
export async function flowGrowth(run: Run): Promise<readonly Comparison[]> {
  const { flows, busy, short } = await runScript<Growth>('flow-growth.ts', { ...run, rounds: 1 });
  const forms = Object.entries(busy).map(([form, times]) => {
    const of = measure(`cpu_${form.replace(/\W+/g, '_')}`, `flowtop, ${form}: ms of CPU per interval of 1 s`, {
      digits: 1,
    });
    for (const [i, count] of flows.entries()) add(of, `${count} flows`, times[i]);
    return of;
  });
  const memory = measure('memory', 'memory, MB');
  for (const [step, megabytes] of short.memory.entries()) add(memory, `${step} tenths`, megabytes);
  add(memory, 'peak', short.peak);
  return [
    {
      part: 'growth',
      title: 'Growth: busy flows under flowtop',
      traced: 'So many flows, each of them with packets in every interval.',
      rows: flows.map((count) => `${count} flows`),
      peers: [],
      measures: forms,
      charts: forms.slice(0, 1).map(({ key }) => key),
    },
    {
      part: 'growth',
      title: 'Growth: short flows under flowtop',
      traced: 'A million flows of one packet, one after the other.',
      rows: Object.keys(memory.values),
      peers: [],
      measures: [memory],
      charts: ['memory'],
    },
  ];
}
