import type { BpfCost } from '../bpf-stats.ts';
import { add, type Comparison, measure, UNTRACED } from '../figures.ts';
import type { Throughput } from '../flows.ts';
import type { Part } from '../part.ts';
import { runScript } from '../script.ts';

interface Figures {
  readonly throughput: Readonly<Record<string, Throughput>>;
  readonly cost: BpfCost;
}

const part: Part = async (run) => {
  const { throughput, cost } = await runScript<Figures>('flows.ts', run, { most: run.quick ? 1 : 10 });
  const rate = measure('rate', 'Gbit/s', { digits: 2, better: 'more' });
  const kept = measure('kept', 'kept, %', { digits: 1, better: 'more' });
  const effort = measure('effort', 'CPU of ends and tool, ms/GB', { better: 'less' });
  const times = measure('times', 'of untraced, %', { digits: 1, better: 'less' });
  const cpu = measure('cpu', 'CPU of the tool, ms/s', { digits: 1, better: 'less' });
  for (const [name, figures] of Object.entries(throughput)) {
    for (const value of figures.rate) add(rate, name, value);
    for (const value of figures.kept) add(kept, name, 100 * value);
    for (const value of figures.effort) add(effort, name, value);
    for (const value of figures.times) add(times, name, 100 * value);
    for (const value of figures.cpu) add(cpu, name, value);
  }
  return [
    {
      part: 'flows',
      title: 'flowtop while iperf3 runs at full speed',
      traced: `One connection between two network namespaces, all the time. Each window of a tool stands between two without any, which it is set against; "${UNTRACED}" is one of those beside the one before it: what the machine itself adds.`,
      rows: Object.keys(throughput),
      peers: ['nethogs', 'iftop'],
      measures: [rate, kept, effort, times, cpu],
      charts: ['kept', 'cpu'],
    },
    programs(cost),
  ];
};
export default part;

function programs({ packets, perPacket, total }: BpfCost): Comparison {
  const seen = measure('packets', 'packets, on their way out and in');
  const each = measure('each', 'ns per packet');
  const all = measure('all', 'all programs, ms');
  add(seen, 'flowtop', packets);
  add(each, 'flowtop', perPacket);
  add(all, 'flowtop', total);
  return {
    part: 'flows',
    title: "flowtop's programs",
    traced: 'One more window, with the time that the kernel itself measures (kernel.bpf_stats_enabled).',
    rows: ['flowtop'],
    peers: [],
    measures: [seen, each, all],
    charts: [],
  };
}
