import { add, measure } from '../figures.ts';
import type { Part } from '../part.ts';
import { runScript } from '../script.ts';

interface Case {
  readonly label: string;
  /** ns per packet. */
  readonly empty: number;
  readonly ebpf_kit: number;
  readonly xdp_filter?: number;
}

const part: Part = async (run) => {
  const { rows } = await runScript<{ readonly rows: readonly Case[] }>('xdp.ts', run);
  const empty = measure('empty', 'empty program, ns');
  const ours = measure('ours', 'xdp-drop, ns');
  const filter = measure('filter', 'xdp-filter, ns');
  const ratio = measure('ratio', 'xdp-drop, × xdp-filter', { digits: 2 });
  for (const each of rows) {
    add(empty, each.label, each.empty);
    add(ours, each.label, each.ebpf_kit);
    if (each.xdp_filter === undefined) continue;
    add(filter, each.label, each.xdp_filter);
    add(ratio, each.label, each.ebpf_kit / each.xdp_filter);
  }
  return [
    {
      part: 'xdp',
      title: 'XDP: nanoseconds per packet',
      traced:
        'Test runs in one process on the same packets, the least of the rounds; xdp-filter has nothing in its maps, and passes each packet.',
      rows: rows.map(({ label }) => label),
      peers: [],
      measures: [empty, ours, filter, ratio],
      charts: ['ours', 'filter'],
    },
  ];
};
export default part;
